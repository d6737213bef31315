-- Up Migration
-- The read side besides the derived tables, which are made by what the program declares (`cx.derived` names them).
CREATE TABLE cx.tenant (
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name text COLLATE "C" NOT NULL UNIQUE,
  facts bigint NOT NULL DEFAULT 0,
  last_at bigint,
  stamp text
);
CREATE TABLE cx.customer (
  id bigint PRIMARY KEY,
  tenant integer NOT NULL,
  name text COLLATE "C" NOT NULL,
  linked boolean NOT NULL DEFAULT false,
  held_at bigint,
  UNIQUE (tenant, name)
);
-- A timeline is the chunks of one customer. They are packed already: compressing them would only cost time.
CREATE TABLE cx.chunk (
  customer bigint NOT NULL,
  number integer NOT NULL,
  crc bigint NOT NULL,
  facts bytea NOT NULL,
  PRIMARY KEY (customer, number)
) WITH (fillfactor = 80);
ALTER TABLE cx.chunk ALTER COLUMN facts SET STORAGE EXTERNAL;
CREATE TABLE cx.layout (stamp bigint PRIMARY KEY, kinds text NOT NULL);
CREATE TABLE cx.link (
  tenant integer NOT NULL,
  event text NOT NULL,
  at bigint NOT NULL,
  sequence bigint NOT NULL,
  step integer NOT NULL,
  type text NOT NULL,
  survivor text COLLATE "C" NOT NULL,
  merged text COLLATE "C" NOT NULL,
  position bigint NOT NULL,
  PRIMARY KEY (tenant, event)
);
CREATE INDEX link_survivor ON cx.link (tenant, survivor);
CREATE INDEX link_merged ON cx.link (tenant, merged);
CREATE TABLE cx.policy (
  tenant integer NOT NULL,
  position bigint NOT NULL,
  event text NOT NULL,
  type text NOT NULL,
  recorded_at text NOT NULL,
  effective_from bigint,
  data text NOT NULL,
  PRIMARY KEY (tenant, position),
  UNIQUE (tenant, event)
);
CREATE TABLE cx.parked (
  tenant text COLLATE "C" NOT NULL,
  customer text COLLATE "C" NOT NULL,
  view text COLLATE "C" NOT NULL, -- '' for an event
  position bigint NOT NULL,
  event text,
  reason text NOT NULL,
  since text NOT NULL,
  PRIMARY KEY (tenant, customer, view, position)
);
CREATE TABLE cx.job (id bigint PRIMARY KEY, record text NOT NULL);
-- Each derived table has two sets of rows at most: the one that readers see, and one that is being built beside it.
CREATE TABLE cx.derived (
  name text COLLATE "C" PRIMARY KEY,
  version integer NOT NULL,
  current integer NOT NULL,
  next_version integer,
  next integer
);
CREATE TABLE cx.progress (
  one integer PRIMARY KEY CHECK (one = 1),
  commits bigint NOT NULL,
  checkpoint bigint NOT NULL,
  tables_at bigint NOT NULL,
  last_event text,
  customers bigint NOT NULL,
  read bigint NOT NULL,
  timeline bigint NOT NULL,
  duplicates bigint NOT NULL,
  policies bigint NOT NULL,
  ignored bigint NOT NULL,
  parked bigint NOT NULL,
  packed_by bigint
) WITH (fillfactor = 10);
INSERT INTO cx.progress VALUES (1, 0, 0, 0, NULL, 0, 0, 0, 0, 0, 0, 0, NULL);

-- The first statement of every commit. It fails where the change was not made from what is stored, and with it the
-- statements that were sent behind it.
CREATE FUNCTION cx.advance(
  from_commits bigint, new_checkpoint bigint, new_tables_at bigint, new_last_event text, new_customers bigint, new_read bigint,
  new_timeline bigint, new_duplicates bigint, new_policies bigint, new_ignored bigint, new_parked bigint, new_packed_by bigint
) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  UPDATE cx.progress SET commits = commits + 1, checkpoint = new_checkpoint, tables_at = new_tables_at,
    last_event = new_last_event, customers = new_customers, read = new_read, timeline = new_timeline,
    duplicates = new_duplicates, policies = new_policies, ignored = new_ignored, parked = new_parked, packed_by = new_packed_by
  WHERE commits = from_commits;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'another writer has committed' USING ERRCODE = 'CX001';
  END IF;
END $$;

-- Of several processes that make the first tables at one time, those behind the first are refused.
CREATE FUNCTION cx.refuse_second() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM cx.derived) THEN
    RAISE EXCEPTION 'another writer has made the tables' USING ERRCODE = 'CX001';
  END IF;
END $$;

-- Drops the sets of rows that no derived table names, but for those that somebody is reading.
CREATE FUNCTION cx.drop_left() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  rows text;
BEGIN
  LOCK TABLE cx.derived IN SHARE MODE;
  FOR rows IN
    SELECT c.relname FROM pg_class c
    WHERE c.relnamespace = 'cx'::regnamespace AND c.relkind = 'r' AND c.relname LIKE 'rows\_%'
      AND c.relname NOT IN (
        SELECT 'rows_' || replace(name, '-', '_') || '_' || generation
        FROM cx.derived, unnest(ARRAY[current, next]) generation WHERE generation IS NOT NULL)
  LOOP
    BEGIN
      EXECUTE format('LOCK TABLE cx.%I IN ACCESS EXCLUSIVE MODE NOWAIT', rows);
      EXECUTE format('DROP TABLE cx.%I', rows);
    EXCEPTION WHEN lock_not_available OR dependent_objects_still_exist THEN
      NULL;
    END;
  END LOOP;
END $$;
