-- Up Migration
-- Reading by a dashboard's key may be left out of the access log, which is in the event log: cx.reading, where readings
-- of opened personal data were kept before, gets no more rows.
ALTER TABLE cx.api_key ADD COLUMN unlogged boolean NOT NULL DEFAULT false;
