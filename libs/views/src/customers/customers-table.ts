import { churnInputs, type CustomerState, loyaltyInputs } from '#customer';
import { behaviouralRisk, churnRow, loyaltyRow, round2, type ViewContext } from '#scoring';
import type { DerivedTable, TableRow } from '../table.js';

/** Every person of whom something is known: one row a person, for lists by risk and by loyalty. */
export const customersTable: DerivedTable = {
  name: 'customers',
  version: 3,
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
    // The company's own grouping of customers, as said last.
    segment: 'text',
  },
  knownBy: 'kind',
  // `openIssues` and `lastAt` have none: they change with most events, and no list is ordered by them.
  indexes: [['band', 'excess'], ['loyaltyBand', 'loyalty'], []],
  rows: (state, context) => (state.lastAt === undefined ? [] : [rowOf(state, state.lastAt, context)]),
};

function rowOf(state: CustomerState, lastAt: number, context: ViewContext): TableRow {
  const { asOf } = context;
  const behaviour = behaviouralRisk(state.behaviour, context);
  const loyalty = loyaltyRow(loyaltyInputs(state), asOf, context, behaviour);
  // Loyalty, of 0 to 100, changes its hundredths sooner than the excess, of 0 to 1: the other search ends there.
  const risk = churnRow(churnInputs(state), asOf, context, loyalty.due, behaviour);
  return {
    key: '',
    columns: {
      band: risk.band,
      excess: round2(risk.excess),
      kind: risk.kind,
      left: risk.left ? 1 : 0,
      loyaltyBand: loyalty.band,
      loyalty: loyalty.score === null ? null : round2(loyalty.score),
      openIssues: state.issues.open.size,
      lastAt,
      segment: state.profile.segment ?? null,
    },
    due: risk.due,
  };
}
