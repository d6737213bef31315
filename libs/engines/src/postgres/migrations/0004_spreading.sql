-- Up Migration
-- Several projectors write one read model: each the partitions of cx.recorded that it has claimed.
ALTER TABLE cx.customer ADD COLUMN revision bigint NOT NULL DEFAULT 0;
-- Room for a second version of each row, so that counting revisions touches no index.
ALTER TABLE cx.customer SET (fillfactor = 70);
CREATE SEQUENCE cx.customer_number;
ALTER TABLE cx.progress ADD COLUMN spread boolean NOT NULL DEFAULT false;
CREATE TABLE cx.partition (
  number integer PRIMARY KEY,
  claim bigint NOT NULL,
  next_offset bigint NOT NULL,
  position bigint NOT NULL,
  read bigint NOT NULL DEFAULT 0,
  timeline bigint NOT NULL DEFAULT 0,
  duplicates bigint NOT NULL DEFAULT 0,
  policies bigint NOT NULL DEFAULT 0,
  ignored bigint NOT NULL DEFAULT 0,
  parked bigint NOT NULL DEFAULT 0
) WITH (fillfactor = 10);
-- What cx.tenant sums up, of each partition by itself: projectors of one tenant do not wait for one another.
CREATE TABLE cx.partition_tenant (
  tenant integer NOT NULL,
  partition integer NOT NULL,
  facts bigint NOT NULL,
  last_at bigint NOT NULL,
  PRIMARY KEY (tenant, partition)
) WITH (fillfactor = 10);
-- Every event up to `position` is in the topic, in front of these ends of its partitions. `floor`: every event of the
-- partition up to there was projected when the end moved on.
CREATE TABLE cx.relayed_to (one integer PRIMARY KEY CHECK (one = 1), position bigint NOT NULL) WITH (fillfactor = 10);
INSERT INTO cx.relayed_to VALUES (1, 0);
CREATE TABLE cx.relayed (partition integer PRIMARY KEY, end_offset bigint NOT NULL, floor bigint NOT NULL) WITH (fillfactor = 10);
-- What one server of several does; `until` is of the database's clock.
CREATE TABLE cx.lease (name text PRIMARY KEY, holder text NOT NULL, until timestamptz NOT NULL) WITH (fillfactor = 10);

-- As before, and refused while several projectors write.
CREATE OR REPLACE FUNCTION cx.advance(
  from_commits bigint, new_checkpoint bigint, new_tables_at bigint, new_last_event text, new_customers bigint, new_read bigint,
  new_timeline bigint, new_duplicates bigint, new_policies bigint, new_ignored bigint, new_parked bigint, new_packed_by bigint
) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  UPDATE cx.progress SET commits = commits + 1, checkpoint = new_checkpoint, tables_at = new_tables_at,
    last_event = new_last_event, customers = new_customers, read = new_read, timeline = new_timeline,
    duplicates = new_duplicates, policies = new_policies, ignored = new_ignored, parked = new_parked, packed_by = new_packed_by
  WHERE commits = from_commits AND NOT spread;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'another writer has committed' USING ERRCODE = 'CX001';
  END IF;
END $$;

-- The first statement of a commit of one of several projectors. Locks are taken in one order everywhere: what is common to
-- all, partitions by number, customers by number.
CREATE FUNCTION cx.advance_beside(
  from_commits bigint, alone boolean, new_packed_by bigint, counted bigint[],
  partitions integer[], claims bigint[], from_offsets bigint[], offsets bigint[], positions bigint[],
  customers bigint[], revisions bigint[]
) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  advanced bigint;
BEGIN
  IF alone THEN
    UPDATE cx.progress SET commits = commits + 1, packed_by = new_packed_by WHERE commits = from_commits AND spread;
  ELSE
    PERFORM FROM cx.progress WHERE commits = from_commits AND spread FOR SHARE;
  END IF;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'another writer has committed' USING ERRCODE = 'CX001';
  END IF;
  PERFORM FROM cx.partition WHERE number = ANY (partitions) ORDER BY number FOR NO KEY UPDATE;
  UPDATE cx.partition p SET next_offset = u.next_offset, position = u.position
    FROM unnest(partitions, claims, from_offsets, offsets, positions) u (number, claim, from_offset, next_offset, position)
    WHERE p.number = u.number AND p.claim = u.claim AND p.next_offset = u.from_offset;
  GET DIAGNOSTICS advanced = ROW_COUNT;
  IF advanced <> cardinality(partitions) THEN
    RAISE EXCEPTION 'a partition was claimed by another projector' USING ERRCODE = 'CX003';
  END IF;
  PERFORM FROM cx.customer WHERE id = ANY (customers) ORDER BY id FOR NO KEY UPDATE;
  UPDATE cx.customer c SET revision = c.revision + 1
    FROM unnest(customers, revisions) u (id, revision) WHERE c.id = u.id AND c.revision = u.revision;
  GET DIAGNOSTICS advanced = ROW_COUNT;
  IF advanced <> cardinality(customers) THEN
    RAISE EXCEPTION 'another projector has written to the same customers' USING ERRCODE = 'CX004';
  END IF;
  IF cardinality(partitions) > 0 THEN
    UPDATE cx.partition SET read = read + counted[1], timeline = timeline + counted[2], duplicates = duplicates + counted[3],
      policies = policies + counted[4], ignored = ignored + counted[5], parked = parked + counted[6]
    WHERE number = partitions[1] AND counted <> '{0,0,0,0,0,0}';
  ELSIF alone THEN
    UPDATE cx.progress SET read = read + counted[1], timeline = timeline + counted[2], duplicates = duplicates + counted[3],
      policies = policies + counted[4], ignored = ignored + counted[5], parked = parked + counted[6];
  END IF;
END $$;

-- The position up to which every event is projected. A partition that was read to its end is as far as the relay was when
-- that was its end; else it is as far as its last record.
CREATE FUNCTION cx.reached() RETURNS bigint LANGUAGE sql STABLE AS $$
  SELECT CASE WHEN NOT p.spread THEN p.checkpoint ELSE greatest(p.checkpoint, (
    SELECT min(CASE WHEN coalesce(n.next_offset, 0) >= e.end_offset THEN greatest(r.position, n.position)
      ELSE greatest(n.position, e.floor) END)
    FROM cx.relayed e CROSS JOIN cx.relayed_to r LEFT JOIN cx.partition n ON n.number = e.partition)) END
  FROM cx.progress p
$$;

-- How far the relay is, and the ends of those partitions that have grown.
CREATE FUNCTION cx.relay(new_position bigint, partitions integer[], ends bigint[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO cx.relayed AS e
    SELECT u.partition, u.end_offset, 0 FROM unnest(partitions, ends) u (partition, end_offset) ORDER BY u.partition
    ON CONFLICT (partition) DO UPDATE SET end_offset = excluded.end_offset,
      floor = CASE WHEN (SELECT next_offset FROM cx.partition WHERE number = e.partition) >= e.end_offset
        THEN greatest(e.floor, (SELECT position FROM cx.relayed_to)) ELSE e.floor END
    WHERE excluded.end_offset > e.end_offset;
  UPDATE cx.relayed_to SET position = new_position;
END $$;

-- How far a relay is; refused to a server from which another one has taken it over.
CREATE FUNCTION cx.set_relay(
  relay_name text, of_store text, of_epoch text, new_position text, by_holder text, partitions integer[], ends bigint[]
) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  held_by text;
BEGIN
  SELECT holder INTO held_by FROM cx.lease WHERE name = relay_name FOR SHARE;
  IF held_by <> by_holder THEN
    RAISE EXCEPTION 'another server has taken the relay over' USING ERRCODE = 'CX005';
  END IF;
  INSERT INTO cx.relay VALUES (relay_name, of_store, of_epoch, new_position)
    ON CONFLICT (name, store, epoch) DO UPDATE SET position = excluded.position;
  IF partitions IS NOT NULL THEN
    PERFORM cx.relay(new_position::bigint, partitions, ends);
  END IF;
END $$;

-- Projecting is divided from the checkpoint on that one projector has reached.
CREATE FUNCTION cx.begin_spread(from_commits bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  numbered bigint;
BEGIN
  UPDATE cx.progress SET commits = commits + 1, spread = true WHERE commits = from_commits AND NOT spread
    RETURNING customers INTO numbered;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'another writer has committed' USING ERRCODE = 'CX001';
  END IF;
  PERFORM setval('cx.customer_number', greatest(numbered, 1), numbered > 0);
END $$;

-- One projector goes on alone.
CREATE FUNCTION cx.end_spread(from_commits bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM FROM cx.progress WHERE commits = from_commits AND spread FOR UPDATE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'another writer has committed' USING ERRCODE = 'CX001';
  END IF;
  UPDATE cx.progress p SET commits = p.commits + 1, spread = false, checkpoint = cx.reached(), tables_at = cx.reached(),
    last_event = NULL, customers = (SELECT coalesce(max(id), 0) FROM cx.customer), read = p.read + s.read,
    timeline = p.timeline + s.timeline, duplicates = p.duplicates + s.duplicates, policies = p.policies + s.policies,
    ignored = p.ignored + s.ignored, parked = p.parked + s.parked
  FROM cx.spread_counts() s;
  UPDATE cx.tenant t SET facts = t.facts + s.facts, last_at = greatest(t.last_at, s.last_at)
    FROM (SELECT tenant, sum(facts)::bigint AS facts, max(last_at) AS last_at FROM cx.partition_tenant GROUP BY tenant) s
    WHERE s.tenant = t.id;
  DELETE FROM cx.partition;
  DELETE FROM cx.partition_tenant;
END $$;

CREATE FUNCTION cx.spread_counts(
  OUT read bigint, OUT timeline bigint, OUT duplicates bigint, OUT policies bigint, OUT ignored bigint, OUT parked bigint
) LANGUAGE sql STABLE AS $$
  SELECT coalesce(sum(p.read), 0)::bigint, coalesce(sum(p.timeline), 0)::bigint, coalesce(sum(p.duplicates), 0)::bigint,
    coalesce(sum(p.policies), 0)::bigint, coalesce(sum(p.ignored), 0)::bigint, coalesce(sum(p.parked), 0)::bigint
  FROM cx.partition p
$$;

-- Takes partitions over, whoever had them.
CREATE FUNCTION cx.claim(partitions integer[])
RETURNS TABLE (partition integer, new_claim bigint, at_offset bigint, at_position text) LANGUAGE plpgsql AS $$
BEGIN
  RETURN QUERY INSERT INTO cx.partition AS p (number, claim, next_offset, position)
    SELECT u.number, 1, 0, g.checkpoint FROM unnest(partitions) u (number), cx.progress g WHERE g.spread ORDER BY u.number
    ON CONFLICT (number) DO UPDATE SET claim = p.claim + 1
    RETURNING p.number, p.claim, p.next_offset, p.position::text;
END $$;

-- Numbers customers that nobody has met before; those that another projector numbers meanwhile are left out.
CREATE FUNCTION cx.register(tenants text[], names text[])
RETURNS TABLE (number bigint, of_tenant text, of_name text) LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO cx.tenant (name) SELECT DISTINCT u.name FROM unnest(tenants) u (name)
    WHERE NOT EXISTS (SELECT FROM cx.tenant t WHERE t.name = u.name) ORDER BY u.name ON CONFLICT (name) DO NOTHING;
  RETURN QUERY WITH numbered AS (
    INSERT INTO cx.customer (id, tenant, name)
      SELECT nextval('cx.customer_number'), o.id, o.name
      FROM (SELECT t.id, u.name FROM unnest(tenants, names) u (tenant, name) JOIN cx.tenant t ON t.name = u.tenant
        ORDER BY t.id, u.name COLLATE "C") o
      ON CONFLICT (tenant, name) DO NOTHING RETURNING cx.customer.id, cx.customer.tenant, cx.customer.name)
    SELECT m.id, t.name, m.name FROM numbered m JOIN cx.tenant t ON t.id = m.tenant;
END $$;

-- Everything is projected again from the first event, by one projector.
CREATE FUNCTION cx.forget_spread() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  UPDATE cx.progress SET spread = false, checkpoint = 0, tables_at = 0, last_event = NULL, customers = 0, read = 0,
    timeline = 0, duplicates = 0, policies = 0, ignored = 0, parked = 0, packed_by = NULL;
  UPDATE cx.relayed SET floor = 0;
  UPDATE cx.relayed_to SET position = 0;
END $$;
