import type { Command } from 'commander';
import { command, perform } from '../command.js';
import type { Output } from '../output/print.js';
import { customerPath, type Client, type Query } from '../server/client.js';
import { withClient } from '../server/with-client.js';
import { tenantName, type CommonOptions } from '../settings.js';
import { wordsOf } from './explain.js';

interface ReplayOptions extends CommonOptions {
  readonly tenant?: string;
  readonly view: string;
  readonly asOf?: string;
  readonly at?: string;
}

/** One event of a replay: the view after it, and what the event changed. */
export interface ReplayStep {
  readonly occurredAt?: string;
  readonly at?: string;
  readonly type: string;
  readonly position?: string;
  readonly changes?: unknown;
  readonly view?: unknown;
}

export function replayCommand(): Command {
  return command({
    usage: 'replay <customer>',
    summary: "Go through a customer's events again and see what each changed in a view.",
    example: 'cx replay "Caller 2403" --view issues --as-of 2016-03-05T00:00:00Z',
  })
    .option('--view <view>', 'loyalty, churn-risk or issues', 'issues')
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
  const steps: ReplayStep[] = [];
  for await (const step of client.all<ReplayStep>(
    `/v1/audit${customerPath(customer, '/replay').slice('/v1'.length)}`,
    query,
  )) {
    steps.push(step);
    output.line(
      `${(step.occurredAt ?? step.at ?? '').slice(0, 19).replace('T', ' ')}  ${wordsOf(step.type)}`,
    );
    output.line(`    ${JSON.stringify(step.changes ?? step.view)}`);
  }
  output.result({ customer, view, steps });
}
