export { actionsTable } from './actions/actions-table.js';
export { RULE_NAMES, URGENCIES } from './actions/rules.js';
export { CHURN_BANDS, CHURN_KINDS, churnRisk, type ChurnRiskView } from './churn-risk/churn-risk-view.js';
export { customerDamaged, damagedCustomerOf } from './customer-damaged.js';
export { customersTable } from './customers/customers-table.js';
export { issuesTable } from './issues/issues-table.js';
export { issues, type IssuesView } from './issues/issues-view.js';
export { loyalty, LOYALTY_BANDS, type LoyaltyView } from './loyalty/loyalty-view.js';
export * from './present.js';
export * from './read-model-reader.js';
export * as schema from './schema.js';
export type { ObjectOf, ObjectSchema, Schema, TypeOf } from './schema.js';
export { canGroup, columnsOf, groupColumns } from './columns/group-columns.js';
export { RowColumns } from './columns/row-columns.js';
export { groupRows, rowGroupOf, RowGroups, tooManyGroups } from './row-groups.js';
export * from './table.js';
export * from './table-sql.js';
export type { ColumnDeclaration, ColumnDeclarations, ColumnKind, DescribedTable } from './define-table.js';
export { answersTable } from './tables/answers-table.js';
export { assignmentsTable } from './tables/assignments-table.js';
export { contactsTable } from './tables/contacts-table.js';
export { contractsTable } from './tables/contracts-table.js';
export { handlingsTable } from './tables/handlings-table.js';
export { handoffsTable } from './tables/handoffs-table.js';
export { mentionsTable } from './tables/mentions-table.js';
export { offersTable } from './tables/offers-table.js';
export { promisesTable } from './tables/promises-table.js';
export { purchasesTable } from './tables/purchases-table.js';
export { surveysTable } from './tables/surveys-table.js';
export * from './view.js';
export * from './views.js';
export * from './alerts/alert-book.js';
export * from './alerts/alert-changes.js';
export type { AlertConditions } from './alerts/alert-conditions.js';
export { alertRulesAt, type MeasureRule } from './alerts/alert-rules.js';
export * from './alerts/measure-watch.js';
export type { AlertSubject } from './alerts/alert-subject.js';
export { ANSWERS, VIEW_ANSWERS } from './queries/answers.js';
export { BANDED_VIEWS, type BandSummary } from './queries/band-summary.js';
export { customersWithSchema } from './queries/customers-with.js';
export { erasedAnswer, erasedMark } from './queries/erased-answer.js';
export { SCORED_VIEWS } from './queries/explain.js';
export { REPLAY_ORDERS, replayItem } from './queries/replay.js';
export { GROUPINGS, type Grouping } from './queries/fold-lines.js';
export type { IdentityAnswer } from './queries/identity.js';
export { landmarkInputs, type LandmarkInputs } from './queries/landmark-inputs.js';
export {
  listFrame,
  listPage,
  type ListQuestion,
  listPlace,
  type TableFrame,
  type TableMoment,
  type TablesMoment,
  withTable,
  withTables,
} from './queries/list-page.js';
export { KeptStates } from './queries/kept-states.js';
export { PersonFacts } from './queries/person-facts.js';
export { PolicyBooks } from './queries/policy-books.js';
export { summedDifferences } from './queries/policy-differences.js';
export type { PolicyPreview } from './queries/policy-preview.js';
export { PLACES, QUERIES, type QuestionOf, TIMELINE_QUERIES } from './queries/queries.js';
export { tableFrame } from './queries/query-context.js';
export type { CustomerQuery, PointInTime, QueryContext, TenantQuery } from './queries/query-context.js';
export { aggregateRows, selectPage } from './queries/select-rows.js';
export type { TableRows } from './queries/table-rows.js';
