-- Up Migration
-- Whether the servers keep customers' keys in this database: rows of keys that have moved away do not say who is erased now.
CREATE TABLE cx.key_place (is_here boolean NOT NULL);
INSERT INTO cx.key_place SELECT EXISTS (SELECT FROM cx.master_key);
GRANT SELECT ON cx.key_place TO cx_reporting;
