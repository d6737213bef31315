import type { AlertKind, AlertRule, AlertRulesPublished } from '#journey';
import { MINUTE, type ViewContext } from '#scoring';
import { customersTable } from '../customers/customers-table.js';
import { issuesTable } from '../issues/issues-table.js';
import { among } from '../queries/list-options.js';
import { withTable } from '../queries/list-page.js';
import { type KnownUpTo, knownUpTo } from '../queries/known-up-to.js';
import type { QueryContext, TenantQuery } from '../queries/query-context.js';
import type { DerivedTable, FoundRow, ListQuery } from '../table.js';
import { promisesTable } from '../tables/promises-table.js';
import { alertRulesAt, kindOf, type MeasureRule } from './alert-rules.js';
import type { AlertSubject } from './alert-subject.js';

/** Things that one rule looks at, the most urgent first. */
export const ALERTS_OF_A_RULE = 1_000;
/** Things that all rules of a tenant look at together. */
const ALERTS_OF_A_TENANT = 5_000;
/** An alert of something ahead stays open until it is this many times as far ahead as when it was raised. */
const FURTHER_AHEAD = 1.25;
/** How far below its band a risk must fall until its alert closes, unless the rule says otherwise. */
const MARGIN = 0.05;

/** How far (ms) the rows may be behind the log for alerts to be raised from them. */
const OLD_ROWS = MINUTE;

/** Something that meets a rule, fully or nearly. */
export interface MetCondition {
  readonly rule: string;
  readonly kind: AlertKind;
  readonly subject: AlertSubject;
  /** Whether an alert is to be raised; false where one that is open only stays open. */
  readonly raises: boolean;
  /** Milliseconds. */
  readonly dueAt?: number;
  readonly value?: number;
}

/** What the rules of a tenant find at present. */
export interface AlertConditions {
  /** The publication of the rules: `<policy>@<version>`; null where there are none. */
  readonly rules: string | null;
  /** The names of all rules. */
  readonly names: readonly string[];
  readonly met: readonly MetCondition[];
  /** Rules that found more than they look at, or that could not look: what they did not find may still be there. */
  readonly truncated: readonly string[];
  /** Rules about measures, which are for the caller to judge (`MeasureWatch`): until then they are among `truncated`. */
  readonly measures: readonly MeasureRule[];
  /** The sources that rules watch, and the longest time for which one of them may be silent. */
  readonly watched: { readonly sources: readonly string[]; readonly longestMinutes: number };
  /** True while rows are more than a minute behind the timelines, or are brought to other policies: nothing can be said then. */
  readonly unsure: boolean;
}

export interface AlertConditionsQuery extends TenantQuery {
  /** When (ms) something was recorded last from each source that a rule watches; null, or absent: not known yet. */
  readonly lastRecorded: { readonly [source: string]: number } | null;
  /** Since when (ms) sources are watched: silence before that raises nothing. */
  readonly watchedSince: number;
  /** Rules to be tried instead of those in force. */
  readonly draft?: Pick<AlertRulesPublished, 'rules'>;
}

/** Looks for what the rules in force (or a draft of rules) describe, in the rows as they are now. */
export async function alertConditions(
  query: QueryContext,
  question: AlertConditionsQuery,
): Promise<AlertConditions> {
  const { tenant, draft } = question;
  const { inForce, unsure } = await query.reader.snapshot(async (reader) => {
    const known = await knownUpTo(reader, query, tenant, undefined);
    const pending = known.tenant?.policyPending === true || (await areRowsOld(query, known));
    return { inForce: alertRulesAt(known.tenant?.policies ?? [], query.now()), unsure: pending };
  });
  const { id, rules } = draft === undefined ? inForce : { id: 'draft', rules: draft.rules };
  const met: MetCondition[] = [];
  const truncated: string[] = [];
  for (const rule of unsure ? [] : rules) {
    const found = await foundBy(query, question, rule);
    const room = Math.min(ALERTS_OF_A_RULE, ALERTS_OF_A_TENANT - met.length);
    met.push(...(found ?? []).slice(0, room));
    if (found === undefined || found.length > room) truncated.push(rule.rule);
  }
  const silences = rules.flatMap(({ silentSource }) => silentSource ?? []);
  const watched = {
    sources: silences.map(({ source }) => source),
    longestMinutes: Math.max(0, ...silences.map(({ minutes }) => minutes)),
  };
  const measures = rules.flatMap(({ rule, measurePast }) => (measurePast ? { rule, ...measurePast } : []));
  const names = rules.map(({ rule }) => rule);
  return { rules: id, names, met, truncated, measures, watched, unsure };
}

/** Under load rows are some seconds behind; in a bulk catch-up, or before the first rows, they may be of long ago. */
async function areRowsOld(query: QueryContext, { position, tablesAt }: KnownUpTo): Promise<boolean> {
  if (tablesAt === position) return false;
  const [rows, facts] = [await query.recordedAt(tablesAt), await query.recordedAt(position)];
  return rows === undefined || facts === undefined || facts - rows > OLD_ROWS;
}

/** Undefined: not known yet. */
async function foundBy(
  query: QueryContext,
  { tenant, lastRecorded, watchedSince }: AlertConditionsQuery,
  rule: AlertRule,
): Promise<readonly MetCondition[] | undefined> {
  const { silentSource } = rule;
  const looked = tableRuleOf(rule);
  if (looked !== undefined) return inTable(query, tenant, rule, looked);
  if (!silentSource) return undefined;
  const { source, minutes } = silentSource;
  const last = lastRecorded?.[source];
  if (last === undefined) return undefined;
  const silentFor = (since: number) => query.now() - since >= minutes * MINUTE;
  if (!silentFor(last)) return [];
  const about = { rule: rule.rule, kind: kindOf(rule), subject: { source } };
  return [{ ...about, raises: silentFor(Math.max(last, watchedSince)), dueAt: last + minutes * MINUTE }];
}

/** A rule as a look into a table. */
interface TableRule {
  readonly table: DerivedTable;
  readonly where: (context: ViewContext) => ListQuery['where'];
  readonly orderBy: ListQuery['orderBy'];
  readonly found: (row: FoundRow, context: ViewContext) => Omit<MetCondition, 'rule' | 'kind'>;
}

function tableRuleOf({ breachAhead, breached, riskBand, promiseDue }: AlertRule): TableRule | undefined {
  if (breachAhead) return breachAheadRule(breachAhead);
  if (breached) return breachedRule(breached);
  if (riskBand) return riskBandRule(riskBand);
  return promiseDue ? promiseDueRule(promiseDue) : undefined;
}

function inTable(
  query: QueryContext,
  tenant: string,
  rule: AlertRule,
  { table, where, orderBy, found }: TableRule,
): Promise<readonly MetCondition[]> {
  return withTable(query, table, { tenant }, async ({ rows, context }) => {
    const page = await rows.page({ where: where(context), orderBy, limit: ALERTS_OF_A_RULE + 1 });
    return page.map((row) => ({ rule: rule.rule, kind: kindOf(rule), ...found(row, context) }));
  });
}

const ascending = (column: string) => ({ column, direction: 'asc' }) as const;

interface IssueFilter {
  readonly severities?: readonly string[] | null;
  readonly teams?: readonly string[] | null;
  readonly categories?: readonly string[] | null;
}

function openIssues({ severities, teams, categories }: IssueFilter): ListQuery['where'] {
  return [
    { column: 'open', is: '=', value: 1 },
    ...among('severity', severities ?? undefined),
    ...among('team', teams ?? undefined),
    ...among('category', categories ?? undefined),
  ];
}

function breachAheadRule(rule: NonNullable<AlertRule['breachAhead']>): TableRule {
  const ahead = rule.minutes * MINUTE;
  return {
    table: issuesTable,
    where: ({ asOf }) => [
      ...openIssues(rule),
      { column: 'breachAt', is: '>', value: asOf },
      { column: 'breachAt', is: '<=', value: asOf + ahead * FURTHER_AHEAD },
    ],
    orderBy: ascending('breachAt'),
    found: (row, { asOf }) => {
      const dueAt = Number(row.columns['breachAt']);
      return { subject: issueOf(row), raises: dueAt <= asOf + ahead, dueAt };
    },
  };
}

function breachedRule(rule: NonNullable<AlertRule['breached']>): TableRule {
  return {
    table: issuesTable,
    where: ({ asOf }) => [...openIssues(rule), { column: 'breachAt', is: '<=', value: asOf }],
    orderBy: { column: 'breachAt', direction: 'desc' },
    found: (row) => ({ subject: issueOf(row), raises: true, dueAt: Number(row.columns['breachAt']) }),
  };
}

const BANDS = ['medium', 'high', 'critical'] as const;

function riskBandRule({ band, margin }: NonNullable<AlertRule['riskBand']>): TableRule {
  const bands: readonly string[] = BANDS.slice(BANDS.indexOf(band));
  return {
    table: customersTable,
    where: ({ policy }) => [
      { column: 'band', is: 'in', value: ['low', ...BANDS] },
      { column: 'excess', is: '>=', value: policy.churnBands[band] - (margin ?? MARGIN) },
    ],
    orderBy: { column: 'excess', direction: 'desc' },
    found: ({ customer, columns }) => ({
      subject: { customer },
      raises: bands.includes(String(columns['band'])),
      value: Number(columns['excess']),
    }),
  };
}

/** Once it has been raised it stays open, past the due time too, until the promise is kept or broken. */
function promiseDueRule({ minutes }: NonNullable<AlertRule['promiseDue']>): TableRule {
  return {
    table: promisesTable,
    where: ({ asOf }) => [
      { column: 'keptAt', is: 'null' },
      { column: 'brokenAt', is: 'null' },
      { column: 'dueAt', is: '<=', value: asOf + minutes * MINUTE },
    ],
    orderBy: { column: 'dueAt', direction: 'desc' },
    found: (row, { asOf }) => {
      const { columns, customer } = row;
      const dueAt = Number(columns['dueAt']);
      const promiseId = String(columns['promiseId']);
      return { subject: { customer, promiseId, ...otherOwner(row) }, raises: dueAt >= asOf, dueAt };
    },
  };
}

function issueOf(row: FoundRow): AlertSubject {
  return { customer: row.customer, issueId: String(row.columns['issueId']), ...otherOwner(row) };
}

function otherOwner({ customer, columns }: FoundRow): Pick<AlertSubject, 'publishedTo'> {
  const publishedTo = String(columns['publishedTo']);
  return publishedTo === customer ? {} : { publishedTo };
}
