import { Option, type Command } from 'commander';
import { perform, readingCommand } from '../command.js';
import { exportCustomer } from '../export/customer.js';
import { exportHistory } from '../export/history.js';
import { HISTORY_FORMATS, type HistoryFormat } from '../export/parts.js';
import { exportTiles } from '../export/tiles.js';
import { WrongUsage } from '../failure.js';
import type { Output } from '../output/print.js';
import { tenantName, type MomentOptions } from '../settings.js';

interface ExportOptions extends MomentOptions {
  readonly tiles?: string;
  readonly customer?: string;
  readonly open?: boolean;
  readonly out?: string;
  readonly format?: HistoryFormat;
  readonly since?: string;
}

export function exportCommand(): Command {
  return readingCommand({
    usage: 'export',
    summary:
      'Take evidence away: everything about one customer in a zip that verifies offline, the whole history of a tenant, or the verifiable log for other tools (C2SP tlog-tiles).',
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
    .addOption(new Option('--format <format>', "the tenant's whole history, as").choices(HISTORY_FORMATS))
    .option(
      '--since <position>',
      'with --format: only events behind this position (else: all, or behind the last part)',
    )
    .option(
      '--out <path>',
      'the zip, or the folder of the history (else: evidence-<customer>.zip, export-<format>)',
    )
    .option('--tiles <folder>', 'write checkpoint and tiles of the log there; a second time only what is new')
    .addHelpText(
      'after',
      '\nWhoever gets the zip unpacks it and runs: node verify.mjs --verifier "…" (GET /v1/audit/log shows the verifier)\n' +
        '  cx export --customer C-1014 --as-of 2026-03-01T00:00:00Z    what was so on that day\n' +
        '  cx export --customer C-1014 --at 2026-03-01T00:00:00Z       what was known on that day\n' +
        '  cx export --format parquet --tenant shop --out ./history    every event; again later: a new part with what is new\n' +
        '  cx export --tiles ./tiles                                   the log for C2SP tools\n',
    )
    .action((options: ExportOptions) => perform(options, (output) => exportWhat(options, output)));
}

async function exportWhat(options: ExportOptions, output: Output): Promise<void> {
  const { customer, tiles, format } = options;
  const wanted = [customer, tiles, format].filter((value) => value !== undefined);
  if (wanted.length !== 1)
    throw new WrongUsage('say what to export, one of: --customer <id>, --format <format>, --tiles <folder>');
  if (options.since !== undefined && format === undefined) throw new WrongUsage('--since goes with --format');
  if (format !== undefined) return exportHistory(format, options, output);
  if (tiles !== undefined) return exportTiles(tiles, options, output);
  return exportCustomer(customer!, options, output);
}
