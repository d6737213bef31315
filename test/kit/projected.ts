import { canonicalJson, type Clock, type Json } from '#event-sourcing';
import type { EventReader } from '#event-store';
import { factsOfChunks, type TouchpointRegistry } from '#journey';
import { Projector, type ProjectorLimits, type ReadModel } from '#projector';
import { type DerivedTable, TABLES } from '#views';

/** A clock that stands until it is set. */
export class SetClock implements Clock {
  constructor(public millis: number) {}
  now(): number {
    return this.millis;
  }
}

/** What a projector of a test works with. */
export interface ProjectedParts {
  readonly events: EventReader;
  readonly readModel: ReadModel;
  readonly clock: Clock;
  readonly limits?: Partial<ProjectorLimits>;
  readonly tables?: readonly DerivedTable[];
  readonly registry?: TouchpointRegistry;
  /** Messages logged. */
  readonly logged?: string[];
}

/** A projector over a read model. */
export function projectorOf({ logged, ...parts }: ProjectedParts): Projector {
  return new Projector({ ...parts, log: (_level, message) => void logged?.push(message) });
}

/** Derives all tables anew; answers how many rows readers see change by it, and examples of them. */
export async function rebuild(parts: ProjectedParts) {
  const projector = projectorOf(parts);
  await projector.rebuild();
  await projector.catchUp();
  const { differing, examples } = (await projector.status()).endedJobs[0]!;
  return { differing, examples };
}

/**
 * All that must be equal however the events came: facts of every customer, rows of every table. Due times are equal of
 * rows derived at the same time; one derived earlier may have to be looked at again sooner.
 */
export async function storedBytes(
  readModel: ReadModel,
  tables: readonly DerivedTable[] = TABLES,
  withDue = true,
): Promise<string> {
  const { layouts, tenants } = await readModel.stored.writerState();
  const stored: { [name: string]: Json } = {};
  for (let after: number | null = 0; after !== null;) {
    const page: Awaited<ReturnType<ReadModel['stored']['scan']>> = await readModel.stored.scan(after, 1_000);
    for (const { tenant, customer, chunks } of page.timelines) {
      const facts = factsOfChunks(chunks, customer.name, layouts);
      stored[`${tenant} ${customer.name}`] = facts.map(
        ({ occurredAt, sequence, step, eventId, type, data }) => [
          ...[occurredAt, sequence, step, eventId, type],
          JSON.parse(JSON.stringify(data)) as Json,
        ],
      );
    }
    after = page.next;
  }
  for (const { name } of tenants) {
    for (const table of tables) {
      const rows = await readModel.stored.list(table.name, {
        tenant: name,
        where: [],
        orderBy: { column: Object.keys(table.columns)[0]!, direction: 'asc' },
        limit: 100_000,
      });
      stored[`${name} ${table.name}`] = rows
        .map(({ customer, key, columns, due }) =>
          canonicalJson([customer, key, columns, withDue ? due : null]),
        )
        .sort();
    }
  }
  return canonicalJson(stored);
}
