import { explanationOf, wordsOf, type Contribution } from '../commands/explain.js';
import { table, type Output } from '../output/print.js';
import type { Client } from '../server/client.js';

/** A line of the at-risk list. */
export interface AtRisk {
  readonly customer: string;
  readonly risk: number;
  readonly excess: number;
  readonly band: string;
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
  readonly atRisk: readonly (AtRisk & { readonly reasons: readonly string[] })[];
  readonly issues: readonly QueuedIssue[];
  readonly explained:
    | {
        readonly customer: string;
        readonly contributions: readonly Contribution[];
        readonly score: number | null;
      }
    | undefined;
}

const SHOWN = 8;
const EXPLAINED = 12;

/** Reads the lists and explains why each customer stands there. */
export async function lookAt(client: Client, asOf: string | undefined): Promise<DemoView> {
  const { items } = await client.get<{ items: readonly AtRisk[] }>('/v1/churn-risk', { limit: SHOWN, asOf });
  const issues = await client.get<{ items: readonly QueuedIssue[] }>('/v1/issues', {
    status: 'open',
    sort: 'breachAt',
    limit: SHOWN,
    asOf,
  });
  const atRisk = [];
  for (const item of items) {
    const { contributions } = await explanationOf(client, {
      customer: item.customer,
      score: 'churn-risk',
      asOf,
    });
    atRisk.push({ ...item, reasons: reasonsOf(contributions) });
  }
  const customer = issues.items[0]?.customer ?? items[0]?.customer;
  const explained =
    customer === undefined ? undefined : await explanationOf(client, { customer, score: 'churn-risk', asOf });
  return { atRisk, issues: issues.items, explained: explained && { ...explained, customer: customer! } };
}

const WORDS: { readonly [type: string]: string } = {
  silence: 'silence',
  ageing: 'an issue left open',
  ContactStarted: 'asked again',
  ContactTransferred: 'handed on, told again',
  IssueTransferred: 'handed on',
  FeedbackGiven: 'a bad answer to a survey',
  PromiseBroken: 'a broken promise',
  IssueRaised: 'an issue',
};

/** What raised the score since it was last at its lowest, the strongest first. */
export function reasonsOf(contributions: readonly Contribution[]): readonly string[] {
  const low = contributions.reduce(
    (best, { scoreAfter }, i) => (scoreAfter <= contributions[best]!.scoreAfter ? i : best),
    0,
  );
  const rise = new Map<string, number>();
  for (const { type, change } of contributions.slice(low + 1)) {
    const name = wordsOf(type);
    const words = WORDS[name] ?? name;
    rise.set(words, (rise.get(words) ?? 0) + change);
  }
  const raised = [...rise].filter(([, change]) => change >= 0.005).sort(([, a], [, b]) => b - a);
  return raised.slice(0, 3).map(([words, change]) => `${words} +${Math.round(change * 100)}`);
}

/** Prints it for people. */
export function tell({ atRisk, issues, explained }: DemoView, output: Output): void {
  output.line(
    `\nWho is likely to leave, and why (risk in percent; reasons in points since the risk was last at its lowest):`,
  );
  const percent = (share: number) => `${Math.round(share * 100)}%`;
  output.line(
    table(
      ['customer', 'risk', 'band', 'because of'],
      atRisk.map(({ customer, risk, band, reasons }) => [customer, percent(risk), band, reasons.join(', ')]),
    ),
  );
  output.line('\nWhat is open, the most urgent first:');
  output.line(
    table(
      ['customer', 'issue', 'about', 'severity', 'open since', 'breached', 'contacts', 'transfers'],
      issues.map(issueLine),
    ),
  );
  if (explained === undefined) return;
  output.line(
    `\nHow the churn risk of ${explained.customer} came to be ${explained.score?.toFixed(6)} (the last steps; all of them sum to it exactly):`,
  );
  const steps = explained.contributions.slice(-EXPLAINED);
  output.line(table(['time', 'what', 'change', 'risk'], steps.map(stepLine)));
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

function stepLine({ at, type, change, scoreAfter }: Contribution): readonly string[] {
  return [
    at.slice(0, 16).replace('T', ' '),
    wordsOf(type),
    `${change < 0 ? '−' : '+'}${Math.abs(change).toFixed(6)}`,
    scoreAfter.toFixed(6),
  ];
}

/** Where to go from here. */
export function nextSteps(
  { url, key, customer, tenant }: { url: string; key?: string; customer: string; tenant: string },
  output: Output,
): void {
  output.line('\nGo on with:');
  output.line(`  npx cx explain ${customer} churn-risk --tenant ${tenant}`);
  output.line(`  npx cx replay ${customer} --view issues --tenant ${tenant}`);
  if (key === undefined) {
    output.line('  npx cx serve          and, with a key of "npx cx keys create --tenant demo":');
    return;
  }
  const curl = (path: string) => `  curl -s -H 'Authorization: Bearer ${key}' '${url}${path}'`;
  output.line(curl('/v1/churn-risk?limit=5'));
  output.line(curl(`/v1/customers/${customer}`));
  output.line(curl(`/v1/customers/${customer}/explain/loyalty`));
  output.line(curl('/v1/issues/summary'));
}
