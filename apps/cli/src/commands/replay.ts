import { Option, type Command } from 'commander';
import type { Answer, Item } from '#api';
import { REPLAY_ORDERS, VIEWS } from '#views';
import { readingCommand } from '../command.js';
import { erasedLine } from '../output/erased.js';
import { replayLines } from '../output/replay-text.js';
import type { Output } from '../output/print.js';
import type { Client, Query } from '../server/client.js';
import { atServer } from '../server/at-server.js';
import { tenantName, type MomentOptions } from '../settings.js';

interface ReplayOptions extends MomentOptions {
  readonly view?: string;
  readonly order?: string;
  readonly full?: boolean;
}

const NAMES = VIEWS.map(({ name }) => name);

export function replayCommand(): Command {
  return readingCommand({
    usage: 'replay <customer>',
    summary:
      "A customer's history in words: what happened, what it changed in the views, and how and why the scores moved.",
    example: `cx replay "Caller 2403" --as-of 2016-03-05T00:00:00Z`,
  })
    .addOption(new Option('--view <view>', 'only what changed in this view (else: in all)').choices(NAMES))
    .addOption(
      new Option(
        '--order <order>',
        'as it happened, or as the ledger learnt of it: then each step shows what it changed of what was believed',
      ).choices(REPLAY_ORDERS),
    )
    .option('--full', 'every field that changed')
    .option('--tenant <tenant>', 'whose customer it is (else: default)', tenantName)
    .option('--as-of <time>', 'up to this business time, RFC 3339')
    .option('--at <position or time>', 'only what was recorded up to there')
    .addHelpText(
      'after',
      '  cx replay C-1001 --order recorded                          how late events changed the picture\n' +
        '  cx replay C-1001 --view churn-risk --at 2026-01-05T00:00:00Z   what was known on that day\n',
    )
    .action((customer: string, options: ReplayOptions) =>
      atServer(options, (client, output) => replay(client, customer, options, output)),
    );
}

async function replay(
  client: Client,
  customer: string,
  { view, order, asOf, at, full }: ReplayOptions,
  output: Output,
): Promise<void> {
  const steps: Item<'replay'>[] = [];
  const path = `/v1/audit/customers/${encodeURIComponent(customer)}/replay`;
  const query: Query = { view, order, asOf, at, limit: 1000 };
  const style = { full: full === true, overview: view === undefined, order };
  let isFirst = true;
  for await (const page of client.pages<Answer<'replay'>>(path, query)) {
    if (isFirst) output.line(erasedLine(page) ?? headingOf(page, order));
    isFirst = false;
    for (const step of page.items) {
      for (const line of replayLines(step, steps.at(-1), style)) output.line(line);
      steps.push(step);
    }
  }
  output.result({ customer, ...(view !== undefined && { view }), steps });
}

function headingOf({ customer, asOf, position }: Answer<'replay'>, order: string | undefined): string {
  const how = order === 'recorded' ? 'as the ledger learnt of it' : 'as it happened';
  return `${customer}, as of ${asOf}, by what was recorded up to position ${position}, ${how}\n`;
}
