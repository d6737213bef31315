import { contributionLine, explanationOf, type Contribution } from '../commands/explain.js';
import { table, type Output } from '../output/print.js';
import type { Client } from '../server/client.js';

/** A line of the at-risk list. */
export interface AtRisk {
  readonly customer: string;
  readonly risk: number;
  readonly excess: number;
  readonly band: string;
  /** The weightiest first. */
  readonly reasons: readonly { readonly code: string; readonly text: string; readonly weight: number }[];
}

/** A line of the issue queue. */
export interface QueuedIssue {
  readonly customer: string;
  readonly issueId: string;
  readonly category: string;
  readonly severity: string;
  readonly openedAt: string;
  readonly breached: boolean;
  readonly contacts: number;
  readonly transfers: number;
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
}

const SHOWN = 10;
const EXPLAINED = 12;
const REASONS = 2;

/** Reads the lists, and explains one customer of them. */
export async function lookAt(client: Client, asOf: string | undefined): Promise<DemoView> {
  const { items } = await client.get<{ items: readonly AtRisk[] }>('/v1/churn-risk', { limit: SHOWN, asOf });
  const issues = await client.get<{ items: readonly QueuedIssue[] }>('/v1/issues', {
    status: 'open',
    sort: 'breachAt',
    limit: SHOWN,
    asOf,
  });
  const customer = mostToldAbout(items) ?? issues.items[0]?.customer;
  const explained =
    customer === undefined ? undefined : await explanationOf(client, { customer, score: 'churn-risk', asOf });
  return {
    atRisk: items,
    issues: issues.items,
    explained: explained && { ...explained, customer: customer! },
  };
}

/** The customer at risk with the most reasons: the one whose explanation shows most. */
function mostToldAbout(atRisk: readonly AtRisk[]): string | undefined {
  return [...atRisk].sort((a, b) => b.reasons.length - a.reasons.length)[0]?.customer;
}

/** Prints it for people. */
export function tell({ atRisk, issues, explained }: DemoView, output: Output): void {
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
  if (explained === undefined) return;
  const { customer, score, contributions } = explained;
  output.line(`\nHow the churn risk of ${customer} came to be ${score?.toFixed(6)}, step by step:`);
  output.line(table(['time', 'what', 'change', 'risk'], weighty(contributions).map(contributionLine)));
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

/** How to go on by hand. */
export interface NextSteps {
  readonly url: string;
  /** A reader's key, where the server stays. */
  readonly key?: string;
  readonly customer: string;
  /** What commands need to find the same. */
  readonly options: string;
}

/** Prints where to go from here. */
export function nextSteps({ url, key, customer, options }: NextSteps, output: Output): void {
  output.line('\nGo on with:');
  output.line(`  npx cx explain ${customer} churn-risk ${options}`);
  output.line(`  npx cx replay ${customer} --view issues ${options}`);
  if (key === undefined) return output.line('  npx cx demo --serve       which leaves a server to ask');
  output.line(`  KEY=${key}`);
  for (const path of ['/v1/churn-risk?limit=5', `/v1/customers/${customer}`, '/v1/issues/summary']) {
    output.line(`  curl -s -H "Authorization: Bearer $KEY" '${url}${path}'`);
  }
  output.line(`  ${url}/docs  in a browser`);
}
