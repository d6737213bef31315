import { LedgerError } from '#event-sourcing';
import { actions } from './actions/actions-view.js';
import { churnRisk } from './churn-risk/churn-risk-view.js';
import { issues } from './issues/issues-view.js';
import { loyalty } from './loyalty/loyalty-view.js';
import { preferences } from './preferences/preferences-view.js';
import { promises } from './promises/promises-view.js';
import { quality } from './quality/quality-view.js';
import { serviceEquation } from './service-equation/service-equation-view.js';
import type { DerivedTable } from './table.js';
import { answersTable } from './tables/answers-table.js';
import { assignmentsTable } from './tables/assignments-table.js';
import { contactsTable } from './tables/contacts-table.js';
import { contractsTable } from './tables/contracts-table.js';
import { handoffsTable } from './tables/handoffs-table.js';
import { handlingsTable } from './tables/handlings-table.js';
import { mentionsTable } from './tables/mentions-table.js';
import { offersTable } from './tables/offers-table.js';
import { purchasesTable } from './tables/purchases-table.js';
import { surveysTable } from './tables/surveys-table.js';
import type { View } from './view.js';

/** Every view of a customer, in the order in which they are shown. */
export const VIEWS: readonly View[] = [
  loyalty,
  churnRisk,
  issues,
  actions,
  promises,
  serviceEquation,
  quality,
  preferences,
];

/** Tables that belong to no view: what measures are queries over. */
const OTHER_TABLES: readonly DerivedTable[] = [
  contactsTable,
  handlingsTable,
  handoffsTable,
  assignmentsTable,
  surveysTable,
  answersTable,
  purchasesTable,
  contractsTable,
  offersTable,
  mentionsTable,
];

/** Every derived table, each once. */
export const TABLES: readonly DerivedTable[] = [
  ...new Set([...VIEWS.flatMap(({ tables }) => tables), ...OTHER_TABLES]),
];

/** Whether a table is one of `TABLES`, and not one that a caller has declared. */
export function isBuiltIn(table: DerivedTable): boolean {
  return TABLES.includes(table);
}

/** The view of that name. Throws LedgerError `unknown-view`. */
export function viewOf(name: string): View {
  const view = VIEWS.find((one) => one.name === name);
  if (view === undefined) {
    const names = VIEWS.map((one) => one.name).join(', ');
    throw new LedgerError('unknown-view', `there is no view of that name; the views are ${names}`, {
      view: name,
    });
  }
  return view;
}
