import { Argument, type Command } from 'commander';
import { BANDED_VIEWS, type BandSummary, churnRisk } from '#views';
import { command } from '../command.js';
import { count, table, type Output } from '../output/print.js';
import type { Client } from '../server/client.js';
import { atServer } from '../server/at-server.js';
import { tenantName, type MomentOptions } from '../settings.js';

export function summaryCommand(): Command {
  return command({
    usage: 'summary',
    summary: 'How many customers are in each band of a view.',
    example: `cx summary ${churnRisk.name} --tenant demo`,
  })
    .addArgument(
      new Argument('[view]', 'which view')
        .choices(BANDED_VIEWS.map(({ name }) => name))
        .default(churnRisk.name),
    )
    .option('--tenant <tenant>', 'whose customers (else: default)', tenantName)
    .option('--as-of <time>', 'as of this business time, RFC 3339 (else now)')
    .option('--at <position or time>', 'only what was recorded up to there')
    .action((view: string, options: MomentOptions) =>
      atServer(options, (client, output) => summary(client, view, options, output)),
    );
}

async function summary(
  client: Client,
  view: string,
  { asOf, at }: MomentOptions,
  output: Output,
): Promise<void> {
  const found = await client.get<BandSummary>(`/v1/${view}/summary`, { asOf, at });
  output.result(found);
  const { customers, byBand, policyVersion, calibrated } = found;
  output.line(
    `${view} of ${count(customers)} customers as of ${found.asOf}, by policy ${policyVersion}${calibrated ? '' : ', not calibrated'}`,
  );
  const rows = byBand.map((one) => [one.band, count(one.customers)]);
  output.line(table(['band', 'customers'], rows));
}
