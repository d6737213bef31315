import { Argument, type Command, Option } from 'commander';
import type { Answer } from '#api';
import { churnRisk, type Grouping, GROUPINGS, SCORED_VIEWS } from '#views';
import { readingCommand } from '../command.js';
import { erasedLine } from '../output/erased.js';
import { minuteOf, table, type Output } from '../output/print.js';
import { customerPath, type Client } from '../server/client.js';
import { atServer } from '../server/at-server.js';
import { tenantName, type MomentOptions } from '../settings.js';

interface ExplainOptions extends MomentOptions {
  readonly by?: Grouping;
  readonly all?: boolean;
}

/** For people, smaller changes behind one another are one line. */
const SMALLEST = '0.001';

/** A line of an explanation: what happened (or that time went by), and by how much it moved the score. */
export type Contribution = Answer<'explanation'>['contributions'][number];

const SCORES = SCORED_VIEWS.map(({ name }) => name);

export function explainCommand(): Command {
  return readingCommand({
    usage: 'explain <customer>',
    summary:
      'Why a score is what it is: what each event, and each silence, added or took. The lines sum to the score.',
    example: `cx explain C-1001 ${churnRisk.name} --tenant demo`,
  })
    .addArgument(new Argument('[score]', 'of which view').choices(SCORES).default(churnRisk.name))
    .option('--tenant <tenant>', 'whose customer it is (else: default)', tenantName)
    .option('--as-of <time>', 'as of this business time, RFC 3339 (else now)')
    .option('--at <position or time>', 'only what was recorded up to there')
    .addOption(
      new Option('--by <cause|day>', 'sum the lines up by what caused them, or by day').choices(GROUPINGS),
    )
    .option('--all', `every line by itself (else changes below ${SMALLEST} behind one another are one)`)
    .action((customer: string, score: string, options: ExplainOptions) =>
      atServer(options, (client, output) => explain(client, { customer, score, ...options }, output)),
    );
}

async function explain(
  client: Client,
  asked: ExplainOptions & { customer: string; score: string },
  output: Output,
): Promise<void> {
  const smallest = asked.all === true || output.json ? undefined : SMALLEST;
  const explanation = await explanationOf(client, { ...asked, smallest });
  output.result(explanation);
  const erased = erasedLine(explanation);
  if (erased !== undefined) return output.line(erased);
  const { customer, asOf, position, score, opening, contributions, groups } = explanation;
  output.line(
    `${asked.score} of ${customer} as of ${asOf}: ${score === null ? 'not known' : score.toFixed(6)}`,
  );
  const { policyVersion, modelVersion, calibrated } = explanation;
  output.line(
    `tenant ${explanation.tenant}, known up to position ${position}, policy ${policyVersion}, model ${modelVersion} (${calibrated ? '' : 'not '}calibrated), coverage ${explanation.coverage}`,
  );
  const { band, excess } = explanation;
  if (band !== null) output.line(`band ${band}${excess === undefined ? '' : `, by the excess ${excess}`}`);
  if (opening !== null) output.line(`It began at ${opening.toFixed(6)}; then:`);
  if (groups === undefined)
    output.line(table(['time', 'what', 'change', 'score', 'band'], contributions.map(contributionLine)));
  else {
    const rows = groups.map(({ group, change, lines }) => [group, signed(change), lines]);
    output.line(table([asked.by!, 'change', 'lines'], rows));
  }
  output.line('The changes are along the path of events: another order would share them out otherwise.');
}

interface ExplanationOptions {
  readonly customer: string;
  readonly score: string;
  readonly asOf?: string;
  readonly at?: string;
  readonly by?: Grouping;
  readonly smallest?: string;
}

/** The whole explanation, all pages. */
export async function explanationOf(
  client: Client,
  { customer, score, ...asked }: ExplanationOptions,
): Promise<Answer<'explanation'>> {
  const path = customerPath(customer, `/explain/${score}`);
  const { asOf, at, by, smallest } = asked;
  const question = { asOf, at, by, smallest, limit: 1000 };
  const first = await client.get<Answer<'explanation'>>(path, question);
  const contributions = [...first.contributions];
  let next = first.next;
  while (next !== null) {
    const page = await client.get<Answer<'explanation'>>(path, { ...question, cursor: next });
    contributions.push(...page.contributions);
    next = page.next;
  }
  return { ...first, contributions, next: null };
}

/** Time, what, change and score, as cells of a table. */
export function contributionLine({
  occurredAt,
  text,
  change,
  scoreAfter,
  bandAfter,
}: Contribution): readonly string[] {
  return [
    minuteOf(occurredAt),
    text,
    signed(change),
    scoreAfter === null ? 'not known' : scoreAfter.toFixed(6),
    bandAfter ?? '',
  ];
}

const signed = (change: number): string => `${change >= 0 ? '+' : '−'}${Math.abs(change).toFixed(6)}`;
