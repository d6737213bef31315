import type { ReadModelChange, SpreadChange } from '#projector';
import type { Single } from '../array-text.js';
import type { Statement, Value } from '../database.js';
import { chunkCrc } from './reading.js';

/** What a change holds of one kind, turned into columns: one statement writes it all. */
function columns<T>(items: readonly T[], ...of: readonly ((item: T) => Single)[]): readonly Value[] {
  return of.map((value) => items.map(value));
}

/** The first statement of a commit: fails where the change was not made from what is stored. */
export function advancing({ from, progress, spread }: ReadModelChange): Statement {
  if (spread !== undefined) return advancingBeside(from, progress.packedBy, spread);
  const { checkpoint, tablesAt, lastEventId, customers, counts, packedBy } = progress;
  return {
    text: 'SELECT cx.advance($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)',
    values: [
      ...[from, checkpoint, tablesAt, lastEventId, customers, counts.read, counts.timeline],
      ...[counts.duplicates, counts.policies, counts.ignored, counts.parked, packedBy],
    ],
  };
}

/** The same for one of several projectors. */
function advancingBeside(
  from: number,
  packedBy: number | null,
  { alone, partitions, revisions, counted }: SpreadChange,
): Statement {
  const { read, timeline, duplicates, policies, ignored, parked } = counted;
  return {
    text: 'SELECT cx.advance_beside($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)',
    values: [
      ...[from, alone, packedBy, [read, timeline, duplicates, policies, ignored, parked]],
      ...columns(
        partitions,
        (one) => one.partition,
        (one) => one.claim,
        (one) => one.from,
        (one) => one.offset,
        (one) => one.position,
      ),
      ...columns(
        revisions,
        (one) => one.customer,
        (one) => one.revision,
      ),
    ],
  };
}

/** The statements of everything in a change but derived tables. `newTenants`: names that are not stored yet. */
export function changing(change: ReadModelChange, newTenants: readonly string[]): readonly Statement[] {
  return [
    ...layoutOf(change),
    ...tenants(change, newTenants),
    ...customers(change),
    ...chunks(change),
    ...policies(change),
    ...links(change),
    ...parking(change),
    ...jobs(change),
  ];
}

/** Names of all tenants that a change writes of. */
export function tenantsIn(change: ReadModelChange): ReadonlySet<string> {
  return new Set([
    ...(change.customers ?? []).map(({ tenant }) => tenant),
    ...(change.tenants ?? []).map(({ name }) => name),
    ...(change.stamps ?? []).map(({ tenant }) => tenant),
    ...(change.policies ?? []).map(({ tenant }) => tenant),
    ...(change.links ?? []).map(({ tenant }) => tenant),
  ]);
}

function layoutOf({ layout }: ReadModelChange): readonly Statement[] {
  if (layout === undefined) return [];
  const text =
    'INSERT INTO cx.layout VALUES ($1, $2) ON CONFLICT (stamp) DO UPDATE SET kinds = excluded.kinds';
  return [{ text, values: [layout.stamp, JSON.stringify(layout.kinds)] }];
}

function* tenants(
  { tenants: facts = [], stamps = [], spread }: ReadModelChange,
  newTenants: readonly string[],
): Iterable<Statement> {
  if (newTenants.length > 0)
    yield {
      text: `INSERT INTO cx.tenant (name) SELECT name FROM unnest($1::text[]) WITH ORDINALITY u (name, place)
        WHERE NOT EXISTS (SELECT FROM cx.tenant t WHERE t.name = u.name) ORDER BY place ON CONFLICT (name) DO NOTHING`,
      values: [newTenants],
    };
  const partition = spread?.partitions[0]?.partition;
  if (facts.length > 0 && partition !== undefined) yield factsOfPartition(partition, facts);
  else if (facts.length > 0)
    yield {
      text: `UPDATE cx.tenant t SET facts = t.facts + u.facts, last_at = greatest(t.last_at, u.last_at)
        FROM (SELECT name, sum(facts)::bigint AS facts, max(last_at) AS last_at
          FROM unnest($1::text[], $2::bigint[], $3::bigint[]) v (name, facts, last_at) GROUP BY name) u
        WHERE t.name = u.name`,
      values: columns(
        facts,
        (one) => one.name,
        (one) => one.facts,
        (one) => one.lastAt,
      ),
    };
  for (const { tenant, stamp } of stamps)
    yield { text: 'UPDATE cx.tenant SET stamp = $2 WHERE name = $1', values: [tenant, stamp] };
}

function factsOfPartition(partition: number, facts: NonNullable<ReadModelChange['tenants']>): Statement {
  return {
    text: `INSERT INTO cx.partition_tenant AS p
      SELECT t.id, $1, sum(u.facts)::bigint, max(u.last_at) FROM unnest($2::text[], $3::bigint[], $4::bigint[]) u (name, facts, last_at)
      JOIN cx.tenant t ON t.name = u.name GROUP BY t.id ON CONFLICT (tenant, partition)
      DO UPDATE SET facts = p.facts + excluded.facts, last_at = greatest(p.last_at, excluded.last_at)`,
    values: [
      partition,
      ...columns(
        facts,
        (one) => one.name,
        (one) => one.facts,
        (one) => one.lastAt,
      ),
    ],
  };
}

function* customers({ customers: met = [], held = [] }: ReadModelChange): Iterable<Statement> {
  if (met.length > 0)
    yield {
      text: `INSERT INTO cx.customer (id, tenant, name) SELECT u.id, t.id, u.name
        FROM unnest($1::bigint[], $2::text[], $3::text[]) u (id, tenant, name) JOIN cx.tenant t ON t.name = u.tenant`,
      values: columns(
        met,
        (one) => one.number,
        (one) => one.tenant,
        (one) => one.name,
      ),
    };
  for (const { customer, heldAt } of held)
    yield { text: 'UPDATE cx.customer SET held_at = $2 WHERE id = $1', values: [customer, heldAt] };
}

function* chunks({ chunks: changed = [] }: ReadModelChange): Iterable<Statement> {
  const cut = changed.filter(({ change }) => change.cut !== undefined);
  if (cut.length > 0)
    yield {
      text: `DELETE FROM cx.chunk c USING unnest($1::bigint[], $2::integer[]) u (customer, cut)
        WHERE c.customer = u.customer AND c.number >= u.cut`,
      values: columns(
        cut,
        (one) => one.customer,
        (one) => one.change.cut!,
      ),
    };
  const put = changed.flatMap(({ customer, change }) =>
    change.chunks.map(({ number, bytes }) => ({ customer, number, bytes })),
  );
  if (put.length > 0)
    yield {
      text: `INSERT INTO cx.chunk SELECT * FROM unnest($1::bigint[], $2::integer[], $3::bigint[], $4::bytea[])
        ON CONFLICT (customer, number) DO UPDATE SET crc = excluded.crc, facts = excluded.facts`,
      values: columns(
        put,
        (one) => one.customer,
        (one) => one.number,
        (one) => chunkCrc(one.customer, one.number, one.bytes),
        (one) => one.bytes,
      ),
    };
}

function* policies({ policies: published = [] }: ReadModelChange): Iterable<Statement> {
  for (const { tenant, position, eventId, type, recordedAt, effectiveFrom, data } of published)
    yield {
      text: 'INSERT INTO cx.policy SELECT id, $2, $3, $4, $5, $6, $7 FROM cx.tenant WHERE name = $1',
      values: [tenant, position, eventId, type, recordedAt, effectiveFrom, data],
    };
}

function* links({ links: made = [] }: ReadModelChange): Iterable<Statement> {
  for (const { tenant, eventId, occurredAt, sequence, step, type, survivor, merged, position } of made) {
    yield {
      text: `INSERT INTO cx.link SELECT id, $2, $3, $4, $5, $6, $7, $8, $9 FROM cx.tenant WHERE name = $1
        ON CONFLICT (tenant, event) DO NOTHING`,
      values: [tenant, eventId, occurredAt, sequence, step, type, survivor, merged, position],
    };
    yield {
      text: `UPDATE cx.customer SET linked = true
        WHERE tenant = (SELECT id FROM cx.tenant WHERE name = $1) AND name IN ($2, $3)`,
      values: [tenant, survivor, merged],
    };
  }
}

/** A table of a person is parked once, whenever it fails again; events each by their position. */
function* parking({ parked = [], unparked = [] }: ReadModelChange): Iterable<Statement> {
  const remove = ({ tenant, customer, view, position }: (typeof parked)[number]): Statement => ({
    text: `DELETE FROM cx.parked WHERE tenant = $1 AND customer = $2 AND view = $3 ${view === null ? 'AND position = $4' : ''}`,
    values: [tenant, customer, view ?? '', ...(view === null ? [position] : [])],
  });
  for (const record of unparked) yield remove(record);
  for (const record of parked) {
    yield remove(record);
    const { tenant, customer, view, position, eventId, reason, since } = record;
    yield {
      text: 'INSERT INTO cx.parked VALUES ($1, $2, $3, $4, $5, $6, $7)',
      values: [tenant, customer, view ?? '', position, eventId, reason, since],
    };
  }
}

function* jobs({
  jobs: running = [],
  endedJobs = [],
  forgottenJobs = [],
}: ReadModelChange): Iterable<Statement> {
  for (const job of [...running, ...endedJobs])
    yield {
      text: 'INSERT INTO cx.job VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET record = excluded.record',
      values: [job.id, JSON.stringify(job)],
    };
  if (forgottenJobs.length > 0)
    yield { text: 'DELETE FROM cx.job WHERE id = ANY ($1::bigint[])', values: [forgottenJobs] };
}
