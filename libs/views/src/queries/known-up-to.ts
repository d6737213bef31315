import { InvalidInput, parsePosition, parseTime, type Position, TIME_FORM } from '#event-sourcing';
import type { PolicyBook } from '#scoring';
import { presentTime } from '../present.js';
import type { ReadSnapshot, TenantRecord } from '../read-model-reader.js';
import type { PointInTime, QueryContext } from './query-context.js';

/** What is known at a moment: up to which position, and by which policies. */
export interface KnownUpTo {
  /** Only what was recorded up to here; undefined: everything. */
  readonly at: Position | undefined;
  /** The position up to which the answer knows. */
  readonly position: Position;
  /** Every event up to here is in the rows of derived tables. */
  readonly tablesAt: Position;
  readonly book: PolicyBook;
  /** Undefined where nothing of the tenant was ever read. */
  readonly tenant: TenantRecord | undefined;
}

/** What is known at `at`: everything when it is absent, or not before what the views have reached. */
export async function knownUpTo(
  reader: ReadSnapshot,
  context: QueryContext,
  tenantName: string,
  at: string | undefined,
): Promise<KnownUpTo> {
  const { checkpoint, tablesAt } = await reader.timelineState();
  const asked = at === undefined ? undefined : await positionOf(context, at);
  const bound = asked !== undefined && asked < checkpoint ? asked : undefined;
  const tenant = await reader.tenant(tenantName);
  const book = context.books.of(tenantName, tenant?.policies ?? [], bound);
  return { at: bound, position: bound ?? checkpoint, tablesAt, book, tenant };
}

async function positionOf(context: QueryContext, at: string): Promise<Position> {
  const position = parsePosition(at);
  if (position !== undefined) return position;
  const time = parseTime(at);
  if (time !== undefined) return context.positionAt(time);
  throw new InvalidInput('invalid-question', `at: ${at} is neither a position nor a time`, [
    { pointer: '/at', detail: 'must be a position (digits) or an RFC 3339 time with its offset' },
  ]);
}

/** The business time asked about, ms; by default the present. */
export function asOfOf(context: QueryContext, { asOf }: PointInTime, lastAt: number | null): number {
  if (asOf === undefined) return presentTime(context.now(), lastAt);
  const time = parseTime(asOf);
  if (time !== undefined) return time;
  throw new InvalidInput('invalid-question', `asOf: ${asOf} is not a time`, [
    { pointer: '/asOf', detail: `must be ${TIME_FORM}` },
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
