import {
  formatTime,
  InvalidInput,
  type Json,
  parseTime,
  type PolicyRecord,
  storedPosition,
  timeOrNull,
} from '#event-sourcing';
import { type AlertRulesPublished, latestOf, type PolicyType } from '#journey';
import { PolicyBook, type ViewContext } from '#scoring';
import { alertConditions } from '../alerts/alert-conditions.js';
import { presentTime } from '../present.js';
import { count, list, nullable, object, optional, position, text, time, type TypeOf } from '../schema.js';
import { asOfOf, knownUpTo } from './known-up-to.js';
import { PersonFacts } from './person-facts.js';
import { erasedMark } from './erased-answer.js';
import { differenceMembers, EXAMPLES, PolicyDifferences, standing } from './policy-differences.js';
import { answerFrame, type QueryContext, type TenantQuery } from './query-context.js';
import { personsOf } from './table-rows.js';
import { foldUpTo } from './with-customer.js';

/** Behind every position of the log. */
const LAST = storedPosition(Number.MAX_SAFE_INTEGER);

const alertExample = object({
  rule: text(),
  customer: optional(text()),
  ...erasedMark,
  issueId: optional(text()),
  promiseId: optional(text()),
});

/** Events of the customers that one answer looks at: some seconds of work. */
const PREVIEWED_EVENTS = 500_000;

/** Where the next part of a preview begins. */
export const policyPreviewPlace = object({
  asOf: time(),
  at: position(),
  after: count('the number of the last customer looked at'),
});

/** What a policy that is not published would change by the end of a period. */
export const policyPreviewSchema = object({
  ...answerFrame,
  effectiveFrom: nullable(time('from when on the draft is taken to hold; null: always')),
  ...differenceMembers,
  alerts: optional(
    object(
      {
        raised: count(),
        examples: list(alertExample, 'the most urgent of each rule first'),
        incomplete: list(
          text(),
          'rules that may raise more: those about measures and silent sources, which only a running server watches; those that find more than they look at; all, while views are behind',
        ),
      },
      'of a draft of alert rules: what it would raise now, if none of it was open; nothing else is looked at then',
    ),
  ),
  next: nullable(
    text(
      `the cursor of the next part, null where no more follow: an answer looks at the customers of about ${PREVIEWED_EVENTS} events, and its numbers are of these alone. The numbers of all parts sum up to the whole, all of them of one moment`,
    ),
  ),
});
export type PolicyPreview = Omit<TypeOf<typeof policyPreviewSchema>, 'next'> & {
  readonly next: TypeOf<typeof policyPreviewPlace> | null;
};

/** A policy as it would be published. */
export interface PolicyPreviewQuery extends TenantQuery {
  readonly type: PolicyType;
  readonly policy: { readonly [field: string]: unknown };
  /** RFC 3339: from when on the draft is taken to hold; default its own `effectiveFrom`. */
  readonly from?: string;
  readonly place?: TypeOf<typeof policyPreviewPlace>;
}

/**
 * What would be otherwise as of a time if a policy had been in force from another time on: the customers of the tenant
 * folded with it and without, part by part; nothing is published. Throws `invalid-policy` for a draft that could not be
 * published. `events`: how many a part may fold.
 */
export async function policyPreview(
  query: QueryContext,
  question: PolicyPreviewQuery,
  events = PREVIEWED_EVENTS,
): Promise<PolicyPreview> {
  const draft = draftOf(question);
  if (question.type === 'AlertRulesPublished') return previewAlerts(query, question, draft);
  return query.reader.snapshot(async (reader) => {
    const { tenant, place } = question;
    const moment = place ?? question;
    const known = await knownUpTo(reader, query, tenant, moment.at);
    const asOf = asOfOf(query, moment, known.tenant?.lastAt ?? null);
    const policies = (known.tenant?.policies ?? []).filter(
      ({ position: at }) => known.at === undefined || at <= known.at,
    );
    const contexts = [known.book.viewAt(asOf), PolicyBook.of([...policies, draft]).viewAt(asOf)] as const;
    const { layouts } = await reader.timelineState();
    const differences = new PolicyDifferences();
    let [folded, last, next]: [number, number, number | null] = [0, 0, null];
    for await (const { person, timelines, number } of personsOf(reader, tenant, known.at, place?.after)) {
      if (folded >= events) {
        next = last;
        break;
      }
      const facts = new PersonFacts(timelines, layouts, tenant, known.at);
      const [before, after] = contexts;
      const standsBy = async (context: ViewContext) =>
        standing(await foldUpTo(query, facts, asOf, context), context);
      differences.add(person.survivor, await standsBy(before), await standsBy(after));
      await query.yieldTurn();
      [folded, last] = [folded + facts.counting.length, number];
    }
    const frame = { asOf: formatTime(asOf), position: String(known.position) };
    return {
      ...frame,
      effectiveFrom: timeOrNull(draft.effectiveFrom),
      ...differences.summary(),
      next: next === null ? null : { asOf: frame.asOf, at: frame.position, after: next },
    };
  });
}

async function previewAlerts(
  query: QueryContext,
  { tenant }: PolicyPreviewQuery,
  { effectiveFrom, data }: PolicyRecord,
): Promise<PolicyPreview> {
  const draft = JSON.parse(data) as AlertRulesPublished;
  const conditions = await alertConditions(query, {
    tenant,
    lastRecorded: null,
    watchedSince: query.now(),
    draft,
  });
  const raised = conditions.met.filter(({ raises }) => raises);
  const examples = raised.slice(0, EXAMPLES).map(({ rule, subject: { customer, issueId, promiseId } }) => ({
    rule,
    ...(customer !== undefined && { customer }),
    ...(issueId !== undefined && { issueId }),
    ...(promiseId !== undefined && { promiseId }),
  }));
  const reached = await query.reader.snapshot(async (reader) => (await reader.timelineState()).checkpoint);
  return {
    ...{ asOf: formatTime(presentTime(query.now(), null)), position: String(reached) },
    effectiveFrom: timeOrNull(effectiveFrom),
    ...new PolicyDifferences().summary(),
    alerts: {
      ...{ raised: raised.length, examples },
      incomplete: conditions.unsure ? conditions.names : conditions.truncated,
    },
    next: null,
  };
}

/** Throws `invalid-policy`, as publishing would. */
function draftOf({ type, policy, from }: PolicyPreviewQuery): PolicyRecord {
  const data = { ...policy, ...(from !== undefined && { effectiveFrom: from }) };
  const faults = latestOf(type).check(data);
  if (faults.length > 0) throw new InvalidInput('invalid-policy', faults[0]!.detail, faults);
  const { effectiveFrom } = data as { readonly effectiveFrom?: unknown };
  const at = typeof effectiveFrom === 'string' ? (parseTime(effectiveFrom) ?? null) : null;
  return {
    ...{ eventId: 'draft', type, position: LAST, recordedAt: '', effectiveFrom: at },
    data: JSON.stringify(data as Json),
  };
}
