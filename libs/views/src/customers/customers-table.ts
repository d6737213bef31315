import { churnInputs, loyaltyInputs, type CustomerState } from '#customer';
import {
  churnDue,
  type ChurnInputs,
  churnScore,
  loyaltyAt,
  loyaltyDue,
  type LoyaltyInputs,
  round2,
  type ViewContext,
} from '#scoring';
import type { DerivedTable, TableRow } from '../table.js';

/** Every person of whom something is known: one row a person, for lists by risk and by loyalty. */
export const customersTable: DerivedTable = {
  name: 'customers',
  version: 1,
  columns: {
    band: 'text',
    // Both scores are rounded to two decimals: lists are ordered by them, what is shown is folded when it is shown.
    excess: 'real',
    kind: 'text',
    left: 'integer',
    loyaltyBand: 'text',
    // Null while no component of it is known.
    loyalty: 'real',
    openIssues: 'integer',
    lastAt: 'integer',
  },
  indexes: [['band', 'excess'], ['loyaltyBand', 'loyalty'], ['openIssues'], ['lastAt']],
  rows: (state, context) => (state.lastAt === undefined ? [] : [rowOf(state, state.lastAt, context)]),
};

function rowOf(state: CustomerState, lastAt: number, context: ViewContext): TableRow {
  const { asOf } = context;
  const churn = churnInputs(state);
  const loyalty = loyaltyInputs(state);
  const risk = churnScore(churn, asOf, context);
  const { score, band } = loyaltyAt(loyalty, asOf, context);
  return {
    key: '',
    columns: {
      band: risk.band,
      excess: round2(risk.excess),
      kind: risk.kind,
      left: risk.left ? 1 : 0,
      loyaltyBand: band,
      loyalty: score === null ? null : round2(score),
      openIssues: state.issues.open.size,
      lastAt,
    },
    due: dueOf(churn, loyalty, context),
  };
}

/** Loyalty, of 0 to 100, changes its hundredths sooner than the excess, of 0 to 1: the other search ends there. */
function dueOf(churn: ChurnInputs, loyalty: LoyaltyInputs, context: ViewContext): number | null {
  const due = loyaltyDue(loyalty, context.asOf, context);
  return churnDue(churn, context.asOf, context, due ?? undefined) ?? due;
}
