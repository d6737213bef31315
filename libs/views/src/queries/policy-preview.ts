import { churnInputs, type CustomerState, loyaltyInputs } from '#customer';
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
import { churnScore, loyaltyAt, PolicyBook, round6, type ViewContext } from '#scoring';
import { alertConditions } from '../alerts/alert-conditions.js';
import { CHURN_BANDS } from '../churn-risk/churn-risk-view.js';
import { issuesTable } from '../issues/issues-table.js';
import { LOYALTY_BANDS } from '../loyalty/loyalty-view.js';
import {
  count,
  flag,
  list,
  nullable,
  number,
  object,
  oneOf,
  optional,
  text,
  time,
  type TypeOf,
} from '../schema.js';
import { presentTime } from '../present.js';
import { factsIn } from './person.js';
import { asOfOf, knownUpTo } from './known-up-to.js';
import { answerFrame, type QueryContext, type TenantQuery } from './query-context.js';
import { personsOf, refuseTooMuch } from './table-rows.js';
import { foldUpTo } from './with-customer.js';

/** Issues, and customers of each view, that are named as examples. */
const EXAMPLES = 20;
/** Behind every position of the log. */
const LAST = storedPosition(Number.MAX_SAFE_INTEGER);

const breachExample = object({
  customer: text(),
  issueId: text(),
  breached: flag('whether it would count as breached'),
  breachAt: nullable(time('when it is breached, by the draft or else by what holds now')),
});

const alertExample = object({
  rule: text(),
  customer: optional(text()),
  issueId: optional(text()),
  promiseId: optional(text()),
});

const moved = <Band extends string>(bands: readonly Band[], score: string) =>
  object({
    changed: count('customers who would be in another band'),
    moves: list(object({ from: oneOf(bands), to: oneOf(bands), customers: count() })),
    examples: list(
      object({
        customer: text(),
        from: oneOf(bands),
        to: oneOf(bands),
        scoreFrom: nullable(number(score)),
        scoreTo: nullable(number(score)),
      }),
    ),
  });

/** What a policy that is not published would change by the end of a period. */
export const policyPreviewSchema = object({
  ...answerFrame,
  effectiveFrom: nullable(time('from when on the draft is taken to hold; null: always')),
  customers: count('of whom something is known'),
  issues: count('all issues of the tenant'),
  appear: count('breaches that there would be, and are not'),
  vanish: count('breaches that there are, and would not be'),
  examples: list(breachExample, 'the first of them'),
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
  churnRisk: moved(CHURN_BANDS, 'the excess'),
  loyalty: moved(LOYALTY_BANDS, 'loyalty, 0 to 100'),
});
export type PolicyPreview = TypeOf<typeof policyPreviewSchema>;

/** A policy as it would be published. */
export interface PolicyPreviewQuery extends TenantQuery {
  readonly type: PolicyType;
  readonly policy: { readonly [field: string]: unknown };
  /** RFC 3339: from when on the draft is taken to hold; default its own `effectiveFrom`. */
  readonly from?: string;
}

/**
 * What would be otherwise as of a time if a policy had been in force from another time on: every customer of the tenant
 * folded with it and without; nothing is published. Throws `invalid-event` for a draft that could not be published,
 * `historical-question-too-large`.
 */
export async function policyPreview(
  query: QueryContext,
  question: PolicyPreviewQuery,
): Promise<PolicyPreview> {
  const draft = draftOf(question);
  if (question.type === 'AlertRulesPublished') return previewAlerts(query, question, draft);
  return query.reader.snapshot(async (reader) => {
    const { tenant } = question;
    const known = await knownUpTo(reader, query, tenant, question.at);
    refuseTooMuch(query, known.tenant?.facts ?? 0);
    const asOf = asOfOf(query, question, known.tenant?.lastAt ?? null);
    const policies = (known.tenant?.policies ?? []).filter(
      ({ position }) => known.at === undefined || position <= known.at,
    );
    const contexts = [known.book.viewAt(asOf), PolicyBook.of([...policies, draft]).viewAt(asOf)] as const;
    const { layouts } = await reader.timelineState();
    const differences = new Differences();
    for await (const { person, timelines } of personsOf(reader, tenant, known.at)) {
      const { counting } = factsIn(timelines, layouts, tenant, known.at);
      const [before, after] = contexts;
      const standsBy = async (context: ViewContext) =>
        standing(await foldUpTo(query, counting, asOf, context), context);
      differences.add(person.survivor, await standsBy(before), await standsBy(after));
      await query.yieldTurn();
    }
    const { effectiveFrom } = draft;
    return {
      ...{ asOf: formatTime(asOf), position: String(known.position) },
      effectiveFrom: timeOrNull(effectiveFrom),
      ...differences.summary(),
    };
  });
}

async function previewAlerts(
  query: QueryContext,
  { tenant }: PolicyPreviewQuery,
  { effectiveFrom, data }: PolicyRecord,
): Promise<PolicyPreview> {
  const draft = JSON.parse(data) as AlertRulesPublished;
  const conditions = await alertConditions(query, { tenant, heard: null, heardSince: query.now(), draft });
  const raised = conditions.met.filter(({ raises }) => raises);
  const examples = raised.slice(0, EXAMPLES).map(({ rule, subject: { customer, issueId, promiseId } }) => ({
    rule,
    ...(customer !== undefined && { customer }),
    ...(issueId !== undefined && { issueId }),
    ...(promiseId !== undefined && { promiseId }),
  }));
  const position = await query.reader.snapshot(async (reader) => (await reader.timelineState()).checkpoint);
  return {
    ...{ asOf: formatTime(presentTime(query.now(), null)), position: String(position) },
    effectiveFrom: timeOrNull(effectiveFrom),
    ...new Differences().summary(),
    alerts: {
      ...{ raised: raised.length, examples },
      incomplete: conditions.unsure ? conditions.names : conditions.truncated,
    },
  };
}

/** Throws `invalid-event`, as publishing would. */
function draftOf({ type, policy, from }: PolicyPreviewQuery): PolicyRecord {
  const data = { ...policy, ...(from !== undefined && { effectiveFrom: from }) };
  const faults = latestOf(type).check(data);
  if (faults.length > 0) throw new InvalidInput('invalid-event', faults[0]!.detail, faults);
  const { effectiveFrom } = data as { readonly effectiveFrom?: unknown };
  const at = typeof effectiveFrom === 'string' ? (parseTime(effectiveFrom) ?? null) : null;
  return {
    ...{ eventId: 'draft', type, position: LAST, recordedAt: '', effectiveFrom: at },
    data: JSON.stringify(data as Json),
  };
}

interface Score<Band extends string> {
  readonly band: Band;
  readonly score: number | null;
}

interface IssueStanding {
  readonly issueId: string;
  readonly breachAt: number | null;
  readonly breached: boolean;
}

/** How a customer stands by some policies. */
interface Standing {
  readonly known: boolean;
  readonly churnRisk: Score<(typeof CHURN_BANDS)[number]>;
  readonly loyalty: Score<(typeof LOYALTY_BANDS)[number]>;
  /** By the keys of their rows. */
  readonly issues: ReadonlyMap<string, IssueStanding>;
}

function standing(state: CustomerState, context: ViewContext): Standing {
  const { asOf } = context;
  const issues = issuesTable.rows(state, context).map(({ key, columns }) => {
    const at = columns['breachesAt'];
    const breachAt = typeof at === 'number' ? at : null;
    const breached = breachAt !== null && breachAt <= asOf;
    return [key, { issueId: String(columns['issueId']), breachAt, breached }] as const;
  });
  const { band, excess } = churnScore(churnInputs(state), asOf, context);
  const loyalty = loyaltyAt(loyaltyInputs(state), asOf, context);
  return {
    known: state.lastAt !== undefined,
    churnRisk: { band, score: round6(excess) },
    loyalty: { band: loyalty.band, score: loyalty.score },
    issues: new Map(issues),
  };
}

/** What differs, customer by customer. */
class Differences {
  private readonly counts = { customers: 0, issues: 0, appear: 0, vanish: 0 };
  private readonly examples: TypeOf<typeof breachExample>[] = [];
  private readonly churnRisk = new Moves<(typeof CHURN_BANDS)[number]>();
  private readonly loyalty = new Moves<(typeof LOYALTY_BANDS)[number]>();

  add(customer: string, before: Standing, after: Standing): void {
    if (!before.known) return;
    this.counts.customers += 1;
    this.churnRisk.add(customer, before.churnRisk, after.churnRisk);
    this.loyalty.add(customer, before.loyalty, after.loyalty);
    this.counts.issues += before.issues.size;
    for (const [key, issue] of after.issues) {
      const was = before.issues.get(key);
      if (was?.breached !== issue.breached) this.addBreach(customer, issue, was);
    }
  }

  summary() {
    const views = { churnRisk: this.churnRisk.summary(), loyalty: this.loyalty.summary() };
    return { ...this.counts, examples: this.examples, ...views };
  }

  private addBreach(customer: string, issue: IssueStanding, was: IssueStanding | undefined): void {
    const { issueId, breached } = issue;
    this.counts[breached ? 'appear' : 'vanish'] += 1;
    if (this.examples.length === EXAMPLES) return;
    const at = breached ? issue.breachAt : (was?.breachAt ?? null);
    this.examples.push({ customer, issueId, breached, breachAt: timeOrNull(at) });
  }
}

interface Move<Band extends string> {
  readonly from: Band;
  readonly to: Band;
  customers: number;
}

/** Who changes from which band to which. */
class Moves<Band extends string> {
  private readonly moves = new Map<string, Move<Band>>();
  private readonly examples: {
    readonly customer: string;
    readonly from: Band;
    readonly to: Band;
    readonly scoreFrom: number | null;
    readonly scoreTo: number | null;
  }[] = [];

  add(customer: string, before: Score<Band>, after: Score<Band>): void {
    const [from, to] = [before.band, after.band];
    if (from === to) return;
    const key = `${from} ${to}`;
    const move = this.moves.get(key) ?? { from, to, customers: 0 };
    move.customers += 1;
    this.moves.set(key, move);
    if (this.examples.length === EXAMPLES) return;
    this.examples.push({ customer, from, to, scoreFrom: before.score, scoreTo: after.score });
  }

  summary() {
    const moves = [...this.moves.values()].sort(
      (a, b) => b.customers - a.customers || (`${a.from} ${a.to}` < `${b.from} ${b.to}` ? -1 : 1),
    );
    return {
      changed: moves.reduce((sum, { customers }) => sum + customers, 0),
      moves,
      examples: this.examples,
    };
  }
}
