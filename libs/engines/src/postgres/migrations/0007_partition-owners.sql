-- Up Migration
-- Which server has which partition of cx.recorded: its host's name and its process, for operators.
ALTER TABLE cx.partition ADD COLUMN owner text;

-- Takes partitions over for a server, whoever had them.
CREATE FUNCTION cx.claim(partitions integer[], by_owner text)
RETURNS TABLE (partition integer, new_claim bigint, at_offset bigint, at_position text) LANGUAGE plpgsql AS $$
BEGIN
  RETURN QUERY INSERT INTO cx.partition AS p (number, claim, next_offset, position, owner)
    SELECT u.number, 1, 0, g.checkpoint, by_owner FROM unnest(partitions) u (number), cx.progress g WHERE g.spread ORDER BY u.number
    ON CONFLICT (number) DO UPDATE SET claim = p.claim + 1, owner = by_owner
    RETURNING p.number, p.claim, p.next_offset, p.position::text;
END $$;

-- Servers of the version before claim so while they are being replaced: they do not say who they are.
CREATE OR REPLACE FUNCTION cx.claim(partitions integer[])
RETURNS TABLE (partition integer, new_claim bigint, at_offset bigint, at_position text) LANGUAGE sql AS $$
  SELECT * FROM cx.claim(partitions, NULL)
$$;

-- Every partition that was claimed or that the relay knows, while several projectors write.
CREATE FUNCTION cx.partition_status()
RETURNS TABLE (partition integer, owner text, next_offset bigint, records_behind bigint, at_position text) LANGUAGE sql STABLE AS $$
  SELECT number, p.owner, coalesce(p.next_offset, 0), greatest(e.end_offset - coalesce(p.next_offset, 0), 0),
    coalesce(p.position, g.checkpoint)::text
  FROM cx.partition p FULL JOIN (SELECT partition AS number, end_offset FROM cx.relayed) e USING (number)
    JOIN cx.progress g ON g.spread
  ORDER BY number
$$;
