import { readFileSync } from 'node:fs';
import { Argument, type Command } from 'commander';
import type { Answer, Item } from '#api';
import { POLICY_KINDS } from '#journey';
import { summedDifferences } from '#views';
import { command } from '../command.js';
import { WrongUsage } from '../failure.js';
import { count, table, type Output } from '../output/print.js';
import { atServer } from '../server/at-server.js';
import { tenantName, type MomentOptions } from '../settings.js';

interface PreviewOptions extends MomentOptions {
  readonly from?: string;
}

interface PublishOptions extends MomentOptions {
  readonly confirm?: boolean;
}

type Policy = Item<'policies'>;
type Preview = Answer<'policy-preview'>;

export function policiesCommand(): Command {
  return command({
    usage: 'policies',
    summary: 'Policies of a tenant: what holds, what a draft would change, and publishing it.',
    example: 'cx policies list scoring --tenant demo',
  })
    .addCommand(listPolicies())
    .addCommand(showPolicy())
    .addCommand(previewPolicy())
    .addCommand(publishPolicy());
}

const kind = () => new Argument('<kind>', 'which kind of policy').choices(Object.keys(POLICY_KINDS));
const path = (ofKind: string, rest = '') => `/v1/policies/${ofKind}${rest}`;

function subcommand(usage: string, summary: string, example: string): Command {
  const made = command({ usage, summary, example: `cx policies ${example}` }).addArgument(kind());
  return made.option('--tenant <tenant>', 'whose policies (else: default)', tenantName);
}

function listPolicies(): Command {
  return subcommand(
    'list',
    'All policies of a kind, published and built in.',
    'list sla --tenant demo',
  ).action((ofKind: string, options: MomentOptions) =>
    atServer(options, async (client, output) => {
      let builtIn: readonly Policy[] = [];
      const items: Policy[] = [];
      for await (const page of client.pages<Answer<'policies'>>(path(ofKind))) {
        builtIn = page.builtIn;
        items.push(...page.items);
      }
      output.result({ builtIn, items });
      const rows = [...items, ...builtIn].map((one) => [
        one.id,
        one.builtIn === true ? 'built in' : (one.effectiveFrom ?? 'always'),
        one.inForce ? 'holds' : '',
      ]);
      output.line(table(['policy', 'from', ''], rows));
    }),
  );
}

function showPolicy(): Command {
  return subcommand('show', 'One policy with everything that it says.', 'show scoring customer-intimacy')
    .argument('<id>', 'its id: name@version, default@1, or the name of a preset')
    .action((ofKind: string, id: string, options: MomentOptions) =>
      atServer(options, async (client, output) => {
        const found = await client.get<Policy>(path(ofKind, `/${encodeURIComponent(id)}`));
        output.result(found);
        output.line(JSON.stringify(found.complete, null, 2));
      }),
    );
}

function previewPolicy(): Command {
  return subcommand(
    'preview',
    'What a draft would change: breaches that appear or vanish, customers in another band. Publishes nothing.',
    'preview sla draft.json --from 2026-01-01T00:00:00Z --tenant demo',
  )
    .argument('<file>', 'the draft, JSON as it would be published')
    .option('--from <time>', 'from when on it is taken to hold (else its own effectiveFrom)')
    .option('--as-of <time>', 'the end of the period, RFC 3339 (else now)')
    .option('--at <position or time>', 'only what was recorded up to there')
    .action((ofKind: string, file: string, options: PreviewOptions) =>
      atServer(options, async (client, output) => {
        const { from, asOf, at } = options;
        const draft = documentIn(file);
        const ask = (cursor?: string) =>
          client.post<Preview>(path(ofKind, '/preview'), draft, { from, asOf, at, cursor });
        let found = await ask();
        for (let { next } = found; next !== null;) {
          output.note(`${count(found.customers)} customers looked at`);
          const part = await ask(next);
          found = summedDifferences(found, part);
          next = part.next;
        }
        output.result(found);
        printPreview(found, output);
      }),
    );
}

function publishPolicy(): Command {
  return subcommand('publish', 'Publishes a policy.', 'publish sla sla.json --tenant demo')
    .argument('<file>', 'the policy, JSON')
    .option('--confirm', 'also if breaches of the past appear or vanish by it')
    .action((ofKind: string, file: string, options: PublishOptions) =>
      atServer(options, async (client, output) => {
        const query = { confirm: options.confirm === true ? true : undefined };
        const answer = await client.post<Answer<'Result'>>(path(ofKind), documentIn(file), query);
        output.result(answer);
        output.line(`${answer.id}: ${answer.status}`);
        for (const { pointer, detail } of answer.warnings ?? []) output.line(`${pointer} ${detail}`);
      }),
    );
}

/** Throws WrongUsage. */
function documentIn(file: string): unknown {
  const text = readFileSync(file, 'utf8');
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new WrongUsage(`${file} cannot be read as JSON: ${(error as Error).message}`);
  }
}

function printPreview(found: Preview, output: Output): void {
  if (found.alerts !== undefined) return printAlerts(found.alerts, output);
  const { asOf, effectiveFrom, customers, issues, appear, vanish, examples } = found;
  output.line(
    `If the draft held from ${effectiveFrom ?? 'the beginning'} on, then as of ${asOf}, of ${count(issues)} issues and ${count(customers)} customers:`,
  );
  output.line(`${count(appear)} breaches would appear, ${count(vanish)} would vanish`);
  if (examples.length > 0) {
    const rows = examples.map((one) => [
      one.customer,
      one.issueId,
      one.breached ? 'appears' : 'vanishes',
      one.breachAt ?? '',
    ]);
    output.line(table(['customer', 'issue', 'breach', 'at'], rows));
  }
  for (const [name, { changed, moves }] of [
    ['churn-risk', found.churnRisk],
    ['loyalty', found.loyalty],
  ] as const) {
    output.line(`${count(changed)} customers would be in another band of ${name}`);
    const rows = moves.map((move) => [move.from, move.to, count(move.customers)]);
    if (rows.length > 0) output.line(table(['from', 'to', 'customers'], rows));
  }
}

function printAlerts({ raised, examples, incomplete }: NonNullable<Preview['alerts']>, output: Output): void {
  output.line(`${count(raised)} alerts would be raised now, if none of them was open`);
  const rows = examples.map((one) => [one.rule, one.customer ?? '', one.issueId ?? '', one.promiseId ?? '']);
  if (rows.length > 0) output.line(table(['rule', 'customer', 'issue', 'promise'], rows));
  if (incomplete.length === 0) return;
  output.line(
    `more may be raised by ${incomplete.join(', ')}: only a running server watches measures and silent sources, and a rule has at most 1,000 open alerts`,
  );
}
