import { Option, type Command } from 'commander';
import type { Item } from '#api';
import { issues, VIEWS } from '#views';
import { command, perform } from '../command.js';
import type { Output } from '../output/print.js';
import type { Client, Query } from '../server/client.js';
import { withClient } from '../server/with-client.js';
import { tenantName, type CommonOptions } from '../settings.js';

interface ReplayOptions extends CommonOptions {
  readonly tenant?: string;
  readonly view: string;
  readonly asOf?: string;
  readonly at?: string;
}

type Step = Item<'replay'>;

const NAMES = VIEWS.map(({ name }) => name);
const LONGEST_VALUE = 120;

export function replayCommand(): Command {
  return command({
    usage: 'replay <customer>',
    summary: "Go through a customer's events again and see what each changed in a view.",
    example: `cx replay "Caller 2403" --view ${issues.name} --as-of 2016-03-05T00:00:00Z`,
  })
    .addOption(new Option('--view <view>', 'which view').choices(NAMES).default(issues.name))
    .option('--tenant <tenant>', 'whose customer it is (else: default)', tenantName)
    .option('--as-of <time>', 'up to this business time, RFC 3339')
    .option('--at <position or time>', 'only what was recorded up to there')
    .action((customer: string, options: ReplayOptions) =>
      perform(options, (output) =>
        withClient(options, (client) => replay(client, customer, options, output)),
      ),
    );
}

async function replay(
  client: Client,
  customer: string,
  { view, asOf, at }: ReplayOptions,
  output: Output,
): Promise<void> {
  const query: Query = { view, asOf, at, limit: 1000 };
  const steps: Step[] = [];
  const path = `/v1/audit/customers/${encodeURIComponent(customer)}/replay`;
  for await (const step of client.all<Step>(path, query)) {
    steps.push(step);
    output.line(`${step.occurredAt.slice(0, 19).replace('T', ' ')}  ${step.type}`);
    for (const change of step.changes) output.line(`    ${changeLine(change)}`);
    if (step.changes.length === 0) output.line('    (changes nothing here)');
  }
  output.result({ customer, view, steps });
}

function changeLine({ path, from, to }: Step['changes'][number]): string {
  const name = path.slice(1);
  if (from === undefined) return `${name}: ${valueText(to)}`;
  return to === undefined
    ? `${name}: no longer ${valueText(from)}`
    : `${name}: ${valueText(from)} → ${valueText(to)}`;
}

function valueText(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length <= LONGEST_VALUE ? text : `${text.slice(0, LONGEST_VALUE - 1)}…`;
}
