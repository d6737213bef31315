import { Argument, type Command } from 'commander';
import type { Answer, Item } from '#api';
import { CHURN_BANDS, LOYALTY_BANDS, RULE_NAMES, URGENCIES, VIEWS } from '#views';
import { readingCommand } from '../command.js';
import { customerCell } from '../output/erased.js';
import { count, minuteOf, type Output, table } from '../output/print.js';
import { type Client, customerPath } from '../server/client.js';
import { atServer, parametersIn } from '../server/at-server.js';
import { tenantName, type CommonOptions } from '../settings.js';

interface ListOptions extends CommonOptions {
  readonly [parameter: string]: unknown;
}

/** Options that every list has. */
function list(made: Command): Command {
  return made
    .option('--tenant <tenant>', 'whose customers (else: default)', tenantName)
    .option('--sort <column>', 'order; a - before the column turns it round')
    .option('--limit <number>', 'at most this many (else 50)')
    .option('--as-of <time>', 'as of this business time, RFC 3339 (else now)')
    .option('--at <position or time>', 'only what was recorded up to there');
}

/** How a list is shown. */
interface Shown<T> {
  /** What its items are, in the plural; its path has the same name. */
  readonly name: string;
  readonly headings: readonly string[];
  readonly row: (one: T) => readonly string[];
}

interface Listed<T> {
  readonly items: readonly T[];
  readonly total?: number;
  readonly asOf: string;
}

async function show<T>(
  { name, headings, row }: Shown<T>,
  client: Client,
  options: ListOptions,
  output: Output,
): Promise<void> {
  const query = { count: 'exact', ...parametersIn(options) };
  const found = await client.get<Listed<T>>(`/v1/${name}`, query);
  output.result(found);
  output.line(table(headings, found.items.map(row)));
  output.line(`${count(found.items.length)} of ${count(found.total!)} ${name} as of ${found.asOf}`);
}

/** `cx customers`: search and list. */
export function customersCommand(): Command {
  return list(
    readingCommand({
      usage: 'customers',
      summary: 'Customers: search by the beginning of an id, filter, sort.',
      example: 'cx customers --prefix shop- --band high,critical',
    }),
  )
    .option('--prefix <text>', 'what their ids begin with')
    .option('--band <bands>', `of churn risk: ${CHURN_BANDS.join(', ')}; several with commas between`)
    .option('--loyalty <bands>', `of loyalty: ${LOYALTY_BANDS.join(', ')}`)
    .option('--segment <segments>', 'the company’s own grouping')
    .option('--open-issues <number>', 'with at least this many open issues')
    .action((options: ListOptions) =>
      atServer(options, (client, output) => show(CUSTOMERS, client, options, output)),
    );
}

const CUSTOMERS: Shown<Item<'customer-list'>> = {
  name: 'customers',
  headings: ['customer', 'churn risk', 'excess', 'loyalty', 'score', 'open issues', 'segment'],
  row: (one) => [
    ...[customerCell(one), one.band, String(one.excess), one.loyaltyBand, String(one.loyalty ?? '–')],
    ...[count(one.openIssues), one.segment ?? '–'],
  ],
};

/** `cx customer ID [view]`: the views of one customer. */
export function customerCommand(): Command {
  return readingCommand({
    usage: 'customer <id>',
    summary: 'The views of one customer, or one of them, as JSON.',
    example: `cx customer c-17 ${VIEWS[0]!.name}`,
  })
    .addArgument(new Argument('[view]', 'which view (else all)').choices(VIEWS.map(({ name }) => name)))
    .option('--tenant <tenant>', 'whose customer (else: default)', tenantName)
    .option('--as-of <time>', 'as of this business time, RFC 3339 (else now)')
    .option('--at <position or time>', 'only what was recorded up to there')
    .action((id: string, view: string | undefined, options: ListOptions) =>
      atServer(options, async (client, output) => {
        const path = customerPath(id, view && `/${view}`);
        const { asOf, at } = options as { readonly asOf?: string; readonly at?: string };
        const found = await client.get<object>(path, { asOf, at });
        output.result(found);
        output.line(JSON.stringify(found, null, 2));
      }),
    );
}

/** `cx issues [id]`: the queue, or one issue. */
export function issuesCommand(): Command {
  return list(
    readingCommand({
      usage: 'issues [id]',
      summary: 'The queue of issues, or one issue with who worked on it.',
      example: 'cx issues --status open --team billing --unassigned',
    }),
  )
    .option('--status <statuses>', 'open, resolved, closed; several with commas between')
    .option('--state <states>', 'open, waiting, resolved, confirmed, closed')
    .option('--severity <severities>', 'low, normal, high, critical')
    .option('--category <categories>', 'of these categories')
    .option('--team <teams>', 'of these teams')
    .option('--assignee <agents>', 'assigned to one of these')
    .option('--unassigned', 'assigned to nobody')
    .option('--breached', 'those that missed their SLA')
    .option('--customer <id>', 'of this customer')
    .action((id: string | undefined, options: ListOptions) =>
      atServer(options, (client, output) =>
        id === undefined ? show(ISSUES, client, options, output) : issue(client, id, options, output),
      ),
    );
}

const ISSUES: Shown<Item<'issue-list'>> = {
  name: 'issues',
  headings: ['issue', 'customer', 'state', 'severity', 'team', 'assignee', 'breach at', '', 'pressure'],
  row: (one) => [
    ...[one.issueId, customerCell(one), one.state, one.severity, one.team ?? '–', one.assignee ?? '–'],
    ...[one.breachAt ?? '–', one.breached ? 'breached' : '', String(one.pressure)],
  ],
};

async function issue(client: Client, id: string, options: ListOptions, output: Output): Promise<void> {
  const { asOf, at, customer } = options as { readonly [name: string]: string | undefined };
  const path = `/v1/issues/${encodeURIComponent(id)}`;
  const found = await client.get<Answer<'issue'>>(path, { asOf, at, customer });
  output.result(found);
  output.line(JSON.stringify(found, null, 2));
}

/** `cx actions`: what should be done next. */
export function actionsCommand(): Command {
  return list(
    readingCommand({
      usage: 'actions',
      summary: 'What should be done next, for all customers, the most urgent first.',
      example: 'cx actions --urgency now,today --team billing',
    }),
  )
    .option('--rule <rules>', `${RULE_NAMES.join(', ')}; several with commas between`)
    .option('--urgency <urgencies>', URGENCIES.join(', '))
    .option('--team <teams>', 'what these teams have to do with')
    .option('--agent-id <agents>', 'what these agents have to do with')
    .option('--customer <id>', 'for this customer')
    .action((options: ListOptions) =>
      atServer(options, (client, output) => show(ACTIONS, client, options, output)),
    );
}

const ACTIONS: Shown<Item<'action-list'>> = {
  name: 'actions',
  headings: ['urgency', 'due', 'customer', 'about', 'team', 'agent', 'why'],
  row: (one) => [
    ...[one.urgency, one.dueAt === null ? '' : minuteOf(one.dueAt), customerCell(one)],
    ...[one.issueId ?? one.promiseId ?? one.contactId ?? '', one.team ?? '–', one.agentId ?? '–', one.reason],
  ],
};

/** `cx promises`: what customers were promised. */
export function promisesCommand(): Command {
  return list(
    readingCommand({
      usage: 'promises',
      summary: 'What customers were promised, the earliest due first.',
      example: 'cx promises --state due,missed',
    }),
  )
    .option('--state <states>', 'due, kept (in time), missed; several with commas between')
    .option('--kind <kinds>', 'follow-up, delivery, callback, repair, refund')
    .option('--team <teams>', 'about issues of these teams')
    .option('--customer <id>', 'to this customer')
    .action((options: ListOptions) =>
      atServer(options, (client, output) => show(PROMISES, client, options, output)),
    );
}

const PROMISES: Shown<Item<'promise-list'>> = {
  name: 'promises',
  headings: ['promise', 'customer', 'state', 'kind', 'due at', 'agent'],
  row: (one) => [
    ...[one.promiseId, customerCell(one), one.state, one.kind ?? '–', one.dueAt ?? '–', one.agentId ?? '–'],
  ],
};
