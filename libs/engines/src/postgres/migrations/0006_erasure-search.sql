-- Up Migration
-- How far each log was searched for erasures that these keys lack, since they may be restored from an older backup.
CREATE TABLE cx.erasure_search (log text COLLATE "C" PRIMARY KEY, position text NOT NULL);
