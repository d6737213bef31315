import { InvalidInput, parsePosition, parseTime, type Position, type ReadModelReader } from '#event-sourcing';
import { PolicyBook } from '#scoring';
import type { Asker, Moment } from './asker.js';

/** What is known at a moment: up to which position, and by which policies. */
export interface Knowledge {
  /** Only what was recorded up to here; undefined: everything, so that stored states can be used. */
  readonly at: Position | undefined;
  /** The position up to which the answer knows. */
  readonly position: Position;
  readonly book: PolicyBook;
}

/** What is known at `at` (everything when it is absent, or not before what the views have reached). */
export async function knowledgeAt(
  reader: ReadModelReader,
  asker: Asker,
  tenant: string,
  at: string | undefined,
): Promise<Knowledge> {
  const checkpoint = await reader.checkpoint();
  const asked = at === undefined ? undefined : await positionOf(asker, at);
  const bound = asked !== undefined && asked < checkpoint ? asked : undefined;
  const book = PolicyBook.of(await reader.policies(tenant, bound));
  return { at: bound, position: bound ?? checkpoint, book };
}

async function positionOf(asker: Asker, at: string): Promise<Position> {
  const position = parsePosition(at);
  if (position !== undefined) return position;
  const time = parseTime(at);
  if (time !== undefined) return asker.positionAt(time);
  throw new InvalidInput('invalid-question', `at: ${at} is neither a position nor a time`, [
    { pointer: '/at', detail: 'must be a position (digits) or an RFC 3339 time with its offset' },
  ]);
}

/** The business time asked about, ms; by default now, or the last event's time where that is later. */
export function asOfOf(asker: Asker, { asOf }: Moment, lastEventAt: number | undefined): number {
  if (asOf === undefined) return Math.max(asker.now(), lastEventAt ?? 0);
  const time = parseTime(asOf);
  if (time !== undefined) return time;
  throw new InvalidInput('invalid-question', `asOf: ${asOf} is not a time`, [
    { pointer: '/asOf', detail: 'must be an RFC 3339 time with its offset, like 2026-01-31T10:00:00Z' },
  ]);
}

/** How many items a page may have. */
export function limitOf(limit: number | undefined, usual = 50): number {
  if (limit === undefined) return usual;
  if (Number.isInteger(limit) && limit >= 1 && limit <= 1000) return limit;
  throw new InvalidInput('invalid-question', `limit: ${limit} is out of range`, [
    { pointer: '/limit', detail: 'must be a whole number from 1 to 1000' },
  ]);
}
