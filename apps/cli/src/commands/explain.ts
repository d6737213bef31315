import { Argument, type Command } from 'commander';
import type { Answer } from '#api';
import { churnRisk, SCORED_VIEWS } from '#views';
import { command, perform } from '../command.js';
import { table, type Output } from '../output/print.js';
import { customerPath, type Client } from '../server/client.js';
import { withClient } from '../server/with-client.js';
import { tenantName, type CommonOptions } from '../settings.js';

interface ExplainOptions extends CommonOptions {
  readonly tenant?: string;
  readonly asOf?: string;
  readonly at?: string;
}

/** A line of an explanation: what happened (or that time went by), and by how much it moved the score. */
export type Contribution = Answer<'explanation'>['contributions'][number];

const SCORES = SCORED_VIEWS.map(({ name }) => name);

export function explainCommand(): Command {
  return command({
    usage: 'explain <customer>',
    summary:
      'Why a score is what it is: what each event, and each silence, added or took. The lines sum to the score.',
    example: `cx explain C-1001 ${churnRisk.name} --tenant demo`,
  })
    .addArgument(new Argument('[score]', 'of which view').choices(SCORES).default(churnRisk.name))
    .option('--tenant <tenant>', 'whose customer it is (else: default)', tenantName)
    .option('--as-of <time>', 'as of this business time, RFC 3339 (else now)')
    .option('--at <position or time>', 'only what was recorded up to there')
    .action((customer: string, score: string, options: ExplainOptions) =>
      perform(options, (output) =>
        withClient(options, (client) => explain(client, { customer, score, ...options }, output)),
      ),
    );
}

async function explain(
  client: Client,
  asked: ExplainOptions & { customer: string; score: string },
  output: Output,
): Promise<void> {
  const explanation = await explanationOf(client, asked);
  output.result(explanation);
  const { customer, asOf, score, opening, contributions } = explanation;
  output.line(
    `${asked.score} of ${customer} as of ${asOf}: ${score === null ? 'not known' : score.toFixed(6)}`,
  );
  if (opening !== null) output.line(`It began at ${opening.toFixed(6)}; then:`);
  output.line(table(['time', 'what', 'change', 'score'], contributions.map(contributionLine)));
  output.line('The changes are along the path of events: another order would share them out otherwise.');
}

/** The whole explanation, all pages. */
export async function explanationOf(
  client: Client,
  { customer, score, asOf, at }: { customer: string; score: string; asOf?: string; at?: string },
): Promise<Answer<'explanation'>> {
  const path = customerPath(customer, `/explain/${score}`);
  const first = await client.get<Answer<'explanation'>>(path, { asOf, at, limit: 1000 });
  const contributions = [...first.contributions];
  let next = first.next;
  while (next !== null) {
    const page = await client.get<Answer<'explanation'>>(path, { asOf, at, limit: 1000, cursor: next });
    contributions.push(...page.contributions);
    next = page.next;
  }
  return { ...first, contributions, next: null };
}

/** Time, what, change and score, as cells of a table. */
export function contributionLine({ occurredAt, type, change, scoreAfter }: Contribution): readonly string[] {
  return [
    occurredAt.slice(0, 16).replace('T', ' '),
    type,
    `${change >= 0 ? '+' : '−'}${Math.abs(change).toFixed(6)}`,
    scoreAfter === null ? 'not known' : scoreAfter.toFixed(6),
  ];
}
