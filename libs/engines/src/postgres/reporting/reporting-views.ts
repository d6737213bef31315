import {
  actionsTable,
  answersTable,
  assignmentsTable,
  type ColumnKind,
  contactsTable,
  contractsTable,
  type DescribedTable,
  handlingsTable,
  handoffsTable,
  issuesTable,
  mentionsTable,
  offersTable,
  promisesTable,
  purchasesTable,
  surveysTable,
} from '#views';

/** Types of columns in `cx_v1`. */
export type ReportingType = 'text' | 'boolean' | 'bigint' | 'double precision' | 'timestamp with time zone';

export interface ReportingColumn {
  readonly name: string;
  readonly type: ReportingType;
  /** Over the columns of the derived table `r` and its tenant `t`. */
  readonly sql: string;
  /** What it means to who reads a report. */
  readonly means: string;
}

/** A view of the schema `cx_v1`. Columns are added at the end, and never changed or taken away. */
export interface ReportingView {
  readonly name: string;
  /** The derived table whose rows it shows; null: none. */
  readonly table: string | null;
  /** Where there is no derived table: what is shown, in SQL. Default: the tenants themselves. */
  readonly from?: string;
  readonly means: string;
  readonly columns: readonly ReportingColumn[];
}

const text = (name: string, sql: string, means: string): ReportingColumn => ({
  name,
  type: 'text',
  sql,
  means,
});
const count = (name: string, sql: string, means: string): ReportingColumn => ({
  name,
  type: 'bigint',
  sql,
  means,
});
const score = (name: string, sql: string, means: string): ReportingColumn => ({
  ...{ name, sql, means },
  type: 'double precision',
});
const flag = (name: string, sql: string, means: string): ReportingColumn => ({
  ...{ name, means, type: 'boolean' },
  sql: `(${sql})`,
});
const time = (name: string, milliseconds: string, means: string): ReportingColumn => ({
  ...{ name, means, type: 'timestamp with time zone' },
  sql: `to_timestamp(${milliseconds} / 1000.0)`,
});

const TENANT = text('tenant', 't.name', 'whose customer it is');
const CUSTOMER = text('customer', 'r.customer', 'the customer; of merged ones the survivor');
const LAST = time('last_touchpoint_at', 'r."lastAt"', 'business time of the latest touchpoint');
const OPEN = count('open_issues', 'r."openIssues"', 'issues that are open or waiting');
const KIND = text('kind', 'r.kind', 'contractual, non-contractual or base-rate: how the risk is computed');
const ERASED = flag(
  'erased',
  `CASE WHEN (SELECT is_here FROM cx.key_place)
    THEN EXISTS (SELECT FROM cx.erased_customer e WHERE e.tenant = t.name AND e.customer = r.customer) END`,
  'whether the customer was erased; null: not known, since the keys are not kept in this database (CX_KEYS)',
);
const LEFT = flag('has_left', 'r."left" = 1', 'whether the customer has ended the relation');

const snakeCase = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** How a column of each kind is shown. */
const SHOWN: { readonly [kind in ColumnKind]: (name: string, means: string) => ReportingColumn } = {
  text: (name, means) => text(snakeCase(name), `r."${name}"`, means),
  flag: (name, means) => flag(snakeCase(name), `r."${name}" = 1`, means),
  time: (name, means) => time(snakeCase(name), `r."${name}"`, means),
  count: (name, means) => count(snakeCase(name), `r."${name}"`, means),
  milliseconds: (name, means) => count(snakeCase(name), `r."${name}"`, `${means} (milliseconds)`),
  'minor-units': (name, means) => count(snakeCase(name), `r."${name}"`, means),
  millionths: (name, means) => count(snakeCase(name), `r."${name}"`, means),
  number: (name, means) => score(snakeCase(name), `r."${name}"`, means),
};

/** Columns of a table as it declares them, `from` one of them on. */
function declaredColumns({ declared }: DescribedTable, from?: string): readonly ReportingColumn[] {
  const names = Object.keys(declared);
  return names.slice(from === undefined ? 0 : names.indexOf(from)).map((name) => {
    const { kind, means } = declared[name]!;
    return SHOWN[kind](name, means);
  });
}

/** The view of a table that shows it as it is declared. */
function declaredView(table: DescribedTable): ReportingView {
  return {
    ...{ name: table.name, table: table.name, means: table.means },
    columns: [TENANT, CUSTOMER, ...declaredColumns(table)],
  };
}

/** All views of `cx_v1`, in the order in which the reference lists them. */
export const REPORTING_VIEWS: readonly ReportingView[] = [
  {
    name: 'customers',
    table: 'customers',
    means: 'One row for each customer of whom something is known: all scores together.',
    columns: [
      ...[TENANT, CUSTOMER],
      text('churn_band', 'r.band', 'band of the churn risk: low, medium, high, critical or lost'),
      score('excess_risk', 'r.excess', 'churn risk beyond what is usual, 0 to 1, two decimals'),
      ...[KIND, LEFT],
      text('loyalty_band', 'r."loyaltyBand"', 'band of the loyalty score: low, medium, high or unknown'),
      score('loyalty', 'r.loyalty', 'loyalty, 0 to 100, two decimals; null while nothing of it is known'),
      ...[OPEN, LAST],
      text('segment', 'r.segment', 'the company’s own grouping of the customer, as said last'),
      ERASED,
    ],
  },
  {
    name: 'churn_risk',
    table: 'customers',
    means: 'The churn risk of each customer.',
    columns: [
      ...[TENANT, CUSTOMER],
      text('band', 'r.band', 'low, medium, high, critical or lost'),
      score('excess_risk', 'r.excess', 'risk beyond what is usual, 0 to 1, two decimals'),
      ...[KIND, LEFT, OPEN, LAST, ERASED],
    ],
  },
  {
    name: 'loyalty',
    table: 'customers',
    means: 'The loyalty of each customer.',
    columns: [
      ...[TENANT, CUSTOMER],
      text('band', 'r."loyaltyBand"', 'low, medium, high or unknown'),
      score('score', 'r.loyalty', '0 to 100, two decimals; null while nothing of it is known'),
      ...[LAST, ERASED],
    ],
  },
  {
    name: 'issues',
    table: 'issues',
    means: 'Every issue that was ever raised.',
    columns: [
      ...[TENANT, CUSTOMER],
      text('issue_id', 'r."issueId"', 'the id that it was published with'),
      text('published_to', 'r."publishedTo"', 'the customer that it was published to, before any merge'),
      text('state', 'r.state', 'open, waiting, resolved, confirmed or closed'),
      text('severity', 'r.severity', 'low, normal, high or critical; as it was last set'),
      text('raised_severity', 'r."raisedSeverity"', 'severity when it was raised'),
      text('category', 'r.category', 'category when it was raised; unknown where nobody said'),
      text('team', 'r.team', 'the team that has it; null where nobody said'),
      time('opened_at', 'r."openedAt"', 'when it was first raised'),
      time('breach_at', 'r."breachAt"', 'when the present spell breaches its SLA, or has; null: never'),
      flag(
        'is_breached',
        'coalesce(r."breachesAt" <= extract(epoch FROM now()) * 1000, false)',
        'whether any spell has breached by now',
      ),
      flag('breach_reported', 'r."breachReported" = 1', 'whether the source said that it was breached'),
      count('contacts', 'r.contacts', 'contacts about it'),
      count('transfers', 'r.transfers', 'how often it was handed on'),
      count('reopens', 'r.reopens', 'how often it was opened again'),
      flag('is_implied', 'r.implied = 1', 'known only by a later event: nobody has said that it was raised'),
      score('pressure', 'r.pressure', 'how much it presses, two decimals; 0 where it is not open'),
      ...declaredColumns(issuesTable, 'assignee'),
    ],
  },
  {
    name: 'tenants',
    table: null,
    means: 'One row for each tenant that may be read.',
    columns: [
      text('tenant', 't.name', 'its name'),
      count('touchpoints', 't.facts', 'touchpoints of all its customers'),
      time('last_touchpoint_at', 't.last_at', 'business time of the latest of them'),
    ],
  },
  {
    name: 'erased_customers',
    table: null,
    from: 'cx.erased_customer r JOIN cx.tenant t ON t.name = r.tenant JOIN cx.key_place p ON p.is_here',
    means:
      'One row for each erased customer, to join to any other view by tenant and customer. It is empty where the keys are not kept in this database (CX_KEYS).',
    columns: [
      ...[TENANT, text('customer', 'r.customer', 'the customer; of an erased person each of its customers')],
      time('erased_at', 'r.erased_at', 'when the erasure was requested'),
    ],
  },
  ...[
    contactsTable,
    handlingsTable,
    assignmentsTable,
    surveysTable,
    answersTable,
    promisesTable,
    purchasesTable,
    contractsTable,
    offersTable,
    mentionsTable,
    actionsTable,
    handoffsTable,
  ].map(declaredView),
];
