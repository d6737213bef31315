import { type ReadonlyCells, ROOT } from '#event-sourcing';
import { churnKind, churnScore, type ViewContext } from '#scoring';
import { type ChurnState, churnInputs, unknownCustomer } from '../churn-state.js';
import type { LoyaltyState } from '../loyalty-state.js';
import { scoreAt } from '../loyalty-view.js';

/** A view whose score can be taken apart. */
export interface ScoredView {
  readonly name: 'loyalty' | 'churn-risk';
  /** What a gap between events is called. */
  readonly gap: 'silence' | 'ageing';
  /** The score of the state at the context's time; null while there is none. */
  score(cells: ReadonlyCells, context: ViewContext): number | null;
  /** What the score rests on: its change is shown as a line of its own. */
  kind(cells: ReadonlyCells, context: ViewContext): string;
}

const churnOf = (cells: ReadonlyCells, { asOf }: ViewContext) =>
  cells.get<ChurnState>(ROOT) ?? unknownCustomer(asOf);

const churnRisk: ScoredView = {
  name: 'churn-risk',
  gap: 'silence',
  score: (cells, context) => churnScore(churnInputs(churnOf(cells, context)), context.asOf, context).risk,
  kind: (cells, context) => churnKind(churnInputs(churnOf(cells, context)), context),
};

const loyalty: ScoredView = {
  name: 'loyalty',
  gap: 'ageing',
  score(cells, context) {
    const state = cells.get<LoyaltyState>(ROOT);
    return state === undefined ? null : scoreAt(state, context.asOf, context).score;
  },
  kind: () => '',
};

/** The views whose scores can be explained. */
export const SCORED_VIEWS = { loyalty, 'churn-risk': churnRisk } as const;
