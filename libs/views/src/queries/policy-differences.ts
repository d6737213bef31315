import { churnInputs, type CustomerState, loyaltyInputs } from '#customer';
import { timeOrNull } from '#event-sourcing';
import { churnScore, loyaltyAt, round6, type ViewContext } from '#scoring';
import { CHURN_BANDS } from '../churn-risk/churn-risk-view.js';
import { issuesTable } from '../issues/issues-table.js';
import { LOYALTY_BANDS } from '../loyalty/loyalty-view.js';
import { erasedMark } from './erased-answer.js';
import {
  count,
  flag,
  list,
  nullable,
  number,
  object,
  type ObjectOf,
  oneOf,
  text,
  time,
  type TypeOf,
} from '../schema.js';

/** Issues, and customers of each view, that are named as examples. */
export const EXAMPLES = 20;

const breachExample = object({
  customer: text(),
  ...erasedMark,
  issueId: text(),
  breached: flag('whether it would count as breached'),
  breachAt: nullable(time('when it is breached, by the draft or else by what holds now')),
});

const moved = <Band extends string>(bands: readonly Band[], score: string) =>
  object({
    changed: count('customers who would be in another band'),
    moves: list(object({ from: oneOf(bands), to: oneOf(bands), customers: count() })),
    examples: list(
      object({
        customer: text(),
        ...erasedMark,
        from: oneOf(bands),
        to: oneOf(bands),
        scoreFrom: nullable(number(score)),
        scoreTo: nullable(number(score)),
      }),
    ),
  });

/** What is counted of the differences between two policies. */
export const differenceMembers = {
  customers: count('of whom something is known'),
  issues: count('all issues of these customers'),
  appear: count('breaches that there would be, and are not'),
  vanish: count('breaches that there are, and would not be'),
  examples: list(breachExample, 'the first of them'),
  churnRisk: moved(CHURN_BANDS, 'the excess'),
  loyalty: moved(LOYALTY_BANDS, 'loyalty, 0 to 100'),
} as const;

type Summary = ObjectOf<typeof differenceMembers>;

/** The differences of two parts of the customers together. */
export function summedDifferences<Part extends Summary>(a: Part, b: Part): Part {
  return {
    ...b,
    customers: a.customers + b.customers,
    issues: a.issues + b.issues,
    appear: a.appear + b.appear,
    vanish: a.vanish + b.vanish,
    examples: [...a.examples, ...b.examples].slice(0, EXAMPLES),
    churnRisk: summedMoves(a.churnRisk, b.churnRisk),
    loyalty: summedMoves(a.loyalty, b.loyalty),
  };
}

interface MovesSummary<Band extends string> {
  readonly changed: number;
  readonly moves: readonly { readonly from: Band; readonly to: Band; readonly customers: number }[];
  readonly examples: readonly unknown[];
}

function summedMoves<Band extends string, Part extends MovesSummary<Band>>(a: Part, b: Part): Part {
  const all = [...a.moves, ...b.moves];
  const moves = a.moves
    .concat(b.moves.filter(({ from, to }) => !a.moves.some((one) => one.from === from && one.to === to)))
    .map(({ from, to }) => ({
      ...{ from, to },
      customers: all.reduce((sum, one) => sum + (one.from === from && one.to === to ? one.customers : 0), 0),
    }))
    .sort(mostCustomersFirst);
  const examples = [...a.examples, ...b.examples].slice(0, EXAMPLES);
  return { ...b, changed: a.changed + b.changed, moves, examples };
}

interface Moved {
  readonly from: string;
  readonly to: string;
  readonly customers: number;
}

function mostCustomersFirst(a: Moved, b: Moved): number {
  return b.customers - a.customers || (`${a.from} ${a.to}` < `${b.from} ${b.to}` ? -1 : 1);
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

/** What of a customer depends on policies. */
interface Standing {
  readonly known: boolean;
  readonly churnRisk: Score<(typeof CHURN_BANDS)[number]>;
  readonly loyalty: Score<(typeof LOYALTY_BANDS)[number]>;
  /** By the keys of their rows. */
  readonly issues: ReadonlyMap<string, IssueStanding>;
}

/** How a customer stands by the policies of a context. */
export function standing(state: CustomerState, context: ViewContext): Standing {
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

/** What differs between two policies, customer by customer. */
export class PolicyDifferences {
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
    const moves = [...this.moves.values()].sort(mostCustomersFirst);
    return {
      changed: moves.reduce((sum, { customers }) => sum + customers, 0),
      moves,
      examples: this.examples,
    };
  }
}
