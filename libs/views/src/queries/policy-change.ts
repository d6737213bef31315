import { LedgerError, parseTime, type PolicyRecord, storedPosition } from '#event-sourcing';
import { PolicyBook, type ViewContext } from '#scoring';
import { issuesTable } from '../issues/issues-table.js';
import { factsIn } from './person.js';
import { asOfOf, knownUpTo } from './known-up-to.js';
import type { PolicyType } from './published-policies.js';
import type { QueryContext, TenantQuery } from './query-context.js';
import { personsOf, refuseTooMuch } from './table-rows.js';
import { foldUpTo } from './with-customer.js';

/** Issues that are named as examples. */
const EXAMPLES = 20;
/** Behind every position of the log. */
const LAST = storedPosition(Number.MAX_SAFE_INTEGER);

interface Example {
  readonly customer: string;
  readonly issueId: string;
  /** Whether it would count as breached. */
  readonly breached: boolean;
}

/** What a policy that is not published yet would change. */
export interface PolicyChange {
  readonly asOf: string;
  readonly position: string;
  /** All issues of the tenant. */
  readonly issues: number;
  /** Breaches that there would be, and are not now. */
  readonly appear: number;
  /** Breaches that there are now, and would not be. */
  readonly vanish: number;
  /** The first of them. */
  readonly examples: readonly Example[];
}

/** A policy that the intake accepts, and that holds from its `effectiveFrom` on. */
export interface PolicyChangeQuery extends TenantQuery {
  readonly type: PolicyType;
  readonly policy: { readonly [field: string]: unknown };
}

/**
 * Which breaches would appear or vanish by now if a policy were published: every customer of the tenant folded with it
 * and without. Throws `historical-question-too-large`.
 */
export function policyChange(
  query: QueryContext,
  { tenant, type, policy }: PolicyChangeQuery,
): Promise<PolicyChange> {
  return query.reader.snapshot(async (reader) => {
    const known = await knownUpTo(reader, query, tenant, undefined);
    refuseTooMuch(query, known.tenant?.facts ?? 0);
    const asOf = asOfOf(query, {}, known.tenant?.lastAt ?? null);
    const books = [known.book, PolicyBook.of([...(known.tenant?.policies ?? []), draftOf(type, policy)])];
    const { layouts } = await reader.timelineState();
    const found = { issues: 0, appear: 0, vanish: 0 };
    const examples: Example[] = [];
    for await (const { person, timelines } of personsOf(reader, tenant, undefined)) {
      const { counting } = factsIn(timelines, layouts, tenant, undefined);
      const breachesBy = async (book: PolicyBook) => {
        const context = book.viewAt(asOf);
        return breaches(await foldUpTo(query, counting, asOf, context), context);
      };
      const [before, after] = [await breachesBy(books[0]!), await breachesBy(books[1]!)];
      found.issues += before.size;
      for (const [key, { issueId, breached }] of after) {
        if (before.get(key)?.breached === breached) continue;
        found[breached ? 'appear' : 'vanish'] += 1;
        if (examples.length < EXAMPLES) examples.push({ customer: person.survivor, issueId, breached });
      }
      await query.yieldTurn();
    }
    const frame = { asOf: new Date(asOf).toISOString(), position: String(known.position) };
    return { ...frame, ...found, examples };
  });
}

function draftOf(type: PolicyType, policy: { readonly [field: string]: unknown }): PolicyRecord {
  const { effectiveFrom } = policy;
  const from = typeof effectiveFrom === 'string' ? parseTime(effectiveFrom) : undefined;
  if (from === undefined) throw new LedgerError('invalid-event', 'the policy has no effectiveFrom');
  return {
    ...{ eventId: 'draft', type, position: LAST, recordedAt: '', effectiveFrom: from },
    data: JSON.stringify(policy),
  };
}

/** Every issue of a person, and whether it counts as breached by now. */
function breaches(state: Parameters<typeof issuesTable.rows>[0], context: ViewContext) {
  const rows = state.lastAt === undefined ? [] : issuesTable.rows(state, context);
  return new Map(
    rows.map(({ key, columns }) => {
      const { issueId, breachesAt } = columns as {
        readonly issueId: string;
        readonly breachesAt: number | null;
      };
      return [key, { issueId, breached: breachesAt !== null && breachesAt <= context.asOf }] as const;
    }),
  );
}
