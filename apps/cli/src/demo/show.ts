import { contributionLine, explanationOf, type Contribution } from '../commands/explain.js';
import { table, type Output } from '../output/print.js';
import type { Answer, Item } from '#api';
import { formatTime } from '#event-sourcing';
import { customerPath, type Client, type Query } from '../server/client.js';
import { DAY } from './company.js';
import { BROKEN_EXPORT } from './personas/learnt-later.js';
import { customerId, type DemoYear } from './year.js';

type AtRisk = Item<'churn-risk-list'>;
type QueuedIssue = Item<'issue-list'>;

/** What was believed of a customer at a moment, and what is known of that moment now. */
export interface KnownThen {
  readonly customer: string;
  /** The moment asked about, RFC 3339. */
  readonly asOf: string;
  /** Churn risk by what was recorded up to then. */
  readonly then: number | null;
  /** Churn risk of the same moment by all that is recorded. */
  readonly now: number | null;
}

/** What the demo has to show, as read from the server. */
export interface DemoView {
  readonly atRisk: readonly AtRisk[];
  readonly issues: readonly QueuedIssue[];
  readonly explained:
    | {
        readonly customer: string;
        readonly contributions: readonly Contribution[];
        readonly score: number | null;
      }
    | undefined;
  readonly knownThen: KnownThen;
}

const SHOWN = 5;
const EXPLAINED = 8;
const REASONS = 2;
/** Days before the year's end: after seven weeks without an order, before the orders were delivered. */
const ASKED = BROKEN_EXPORT.delivered + 3;

/** Reads the lists, explains one customer of them, and asks what was known of another. */
export async function lookAt(client: Client, year: DemoYear, asOf: string | undefined): Promise<DemoView> {
  const { items } = await client.get<Answer<'churn-risk-list'>>('/v1/churn-risk', { limit: SHOWN, asOf });
  const issues = await client.get<Answer<'issue-list'>>('/v1/issues', {
    status: 'open',
    sort: 'breachAt',
    limit: SHOWN,
    asOf,
  });
  const customer = withMostReasons(items) ?? issues.items[0]?.customer;
  const explained =
    customer === undefined ? undefined : await explanationOf(client, { customer, score: 'churn-risk', asOf });
  return {
    atRisk: items,
    issues: issues.items,
    explained: explained && { ...explained, customer: customer! },
    knownThen: await knownThenOf(client, formatTime(year.until - ASKED * DAY)),
  };
}

async function knownThenOf(client: Client, asOf: string): Promise<KnownThen> {
  const customer = customerId(0);
  const path = customerPath(customer, '/churn-risk');
  const risk = async (query: Query) => (await client.get<{ risk: number | null }>(path, query)).risk;
  return { customer, asOf, then: await risk({ asOf, at: asOf }), now: await risk({ asOf }) };
}

/** The customer at risk with the most reasons: the one whose explanation shows most. */
function withMostReasons(atRisk: readonly AtRisk[]): string | undefined {
  return [...atRisk].sort((a, b) => b.reasons.length - a.reasons.length)[0]?.customer;
}

/** Prints it for people. */
export function printView({ atRisk, issues, explained, knownThen }: DemoView, output: Output): void {
  output.line('\nWho is likely to leave, and why:');
  output.line(table(['customer', 'risk', 'band', 'because'], atRisk.map(riskLine)));
  output.line('\nWhat is open, the most urgent first:');
  const headings = [
    'customer',
    'issue',
    'about',
    'severity',
    'open since',
    'breached',
    'contacts',
    'transfers',
  ];
  output.line(table(headings, issues.map(issueLine)));
  printKnownThen(knownThen, output);
  if (explained === undefined) return;
  const { customer, score, contributions } = explained;
  output.line(`\nWhy the churn risk of ${customer} is ${score?.toFixed(6)}, step by step:`);
  output.line(
    table(['time', 'what', 'change', 'risk', 'band'], weighty(contributions).map(contributionLine)),
  );
  output.line('  (the last steps of weight; all of them, with the opening, sum to the score exactly)');
}

/** The last steps that a reader would see a difference by. */
function weighty(contributions: readonly Contribution[]): readonly Contribution[] {
  return contributions.filter(({ change }) => Math.abs(change) >= 0.001).slice(-EXPLAINED);
}

function riskLine({ customer, risk, band, reasons }: AtRisk): readonly string[] {
  const because = reasons.slice(0, REASONS).map(({ text }) => text);
  return [customer, `${Math.round(risk * 100)}%`, band, because.join('; ')];
}

function issueLine(issue: QueuedIssue): readonly (string | number)[] {
  const { customer, issueId, category, severity, openedAt, breached, contacts, transfers } = issue;
  return [
    customer,
    issueId,
    category,
    severity,
    openedAt.slice(0, 10),
    breached ? 'yes' : 'no',
    contacts,
    transfers,
  ];
}

function printKnownThen({ customer, asOf, then, now }: KnownThen, output: Output): void {
  const percent = (risk: number | null) => (risk === null ? 'not known' : `${Math.round(risk * 100)}%`);
  output.line(`\nWhat was known when: the churn risk of ${customer} on ${asOf.slice(0, 10)}`);
  output.line(`  by what was known on that day  ${percent(then).padStart(4)}`);
  output.line(
    `  by what is known today         ${percent(now).padStart(4)}  (seven weeks of orders were delivered late)`,
  );
}

/** How to go on by hand. */
export interface NextSteps {
  readonly url: string;
  /** An admin key of the demo's tenant, where the server stays. */
  readonly key?: string;
  readonly view: DemoView;
  /** What commands need to find the same ledger and tenant. */
  readonly options: string;
  /** The end of the year where it lies in the past: what to ask as of. */
  readonly asOf: string | undefined;
}

/** Prints three questions with their commands, and where the server is. */
export function printNextSteps({ url, key, view, options, asOf }: NextSteps, output: Output): void {
  const { knownThen, issues, explained } = view;
  const then = asOf === undefined ? '' : ` --as-of ${asOf}`;
  output.line('\nThree questions to ask:');
  output.line(
    '  1. Why is this customer about to leave? Every event has its share, and the shares sum to the score.',
  );
  output.line(`     npx cx explain ${explained?.customer ?? customerId(0)} churn-risk ${options}${then}`);
  output.line(
    '  2. What did we know on that day? The first line of each answer; the second knows more than the first.',
  );
  output.line(
    `     npx cx explain ${knownThen.customer} churn-risk ${options} --as-of ${knownThen.asOf} --at ${knownThen.asOf}`,
  );
  output.line(`     npx cx explain ${knownThen.customer} churn-risk ${options} --as-of ${knownThen.asOf}`);
  output.line('  3. What happened to the most urgent issue? Every event, and what it changed.');
  output.line(`     npx cx replay ${issues[0]?.customer ?? customerId(0)} --view issues ${options}${then}`);
  if (key === undefined)
    return output.line('\nnpx cx demo --serve leaves a server running to ask over HTTP.');
  output.line(`\nOpen ${url}/docs in a browser, or ask with the key of this tenant:`);
  output.line(`  KEY=${key}`);
  const paths = ['/v1/churn-risk?limit=5', `/v1/customers/${knownThen.customer}`, '/v1/issues/summary'];
  for (const path of paths) output.line(`  curl -s -H "Authorization: Bearer $KEY" '${url}${path}'`);
}
