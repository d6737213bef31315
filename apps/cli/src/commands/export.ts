import type { Command } from 'commander';
import { command, perform } from '../command.js';
import { exportCustomer } from '../export/customer.js';
import { exportTiles } from '../export/tiles.js';
import { WrongUsage } from '../failure.js';
import type { Output } from '../output/print.js';
import { tenantName, type CommonOptions } from '../settings.js';

interface ExportOptions extends CommonOptions {
  readonly tiles?: string;
  readonly customer?: string;
  readonly tenant?: string;
  readonly asOf?: string;
  readonly at?: string;
  readonly open?: boolean;
  readonly out?: string;
}

export function exportCommand(): Command {
  return command({
    usage: 'export',
    summary:
      'Take evidence away: everything about one customer in a zip that verifies offline, or the verifiable log for other tools (C2SP tlog-tiles).',
    example: 'cx export --customer C-1014 --tenant shop --out c-1014.zip',
  })
    .option(
      '--customer <id>',
      'about whom: events with proofs, views, explanations, policies, identity, access',
    )
    .option('--tenant <tenant>', 'whose customer it is (else: default)', tenantName)
    .option('--as-of <time>', 'views as of this business time, and events up to it, RFC 3339')
    .option('--at <position or time>', 'only what was recorded up to there')
    .option('--open', 'with personal data in readable form; that you read them is written down')
    .option('--out <file>', 'the zip to write (else: evidence-<customer>.zip)')
    .option('--tiles <folder>', 'write checkpoint and tiles of the log there; a second time only what is new')
    .addHelpText(
      'after',
      '\nWhoever gets the zip unpacks it and runs: node verify.mjs --verifier "…" (GET /v1/audit/log shows the verifier)\n' +
        '  cx export --customer C-1014 --as-of 2026-03-01T00:00:00Z    what was so on that day\n' +
        '  cx export --customer C-1014 --at 2026-03-01T00:00:00Z       what was known on that day\n' +
        '  cx export --tiles ./tiles                                   the log for C2SP tools\n',
    )
    .action((options: ExportOptions) => perform(options, (output) => exportWhat(options, output)));
}

async function exportWhat(options: ExportOptions, output: Output): Promise<void> {
  const { customer, tiles } = options;
  if ((customer === undefined) === (tiles === undefined))
    throw new WrongUsage('say what to export: --customer <id> or --tiles <folder>');
  if (tiles !== undefined) return exportTiles(tiles, options, output);
  return exportCustomer(customer!, options, output);
}
