import type { Command } from 'commander';
import { copyLedger, type CopiedLedger } from '../copy/copy-ledger.js';
import { command, perform } from '../command.js';
import { WrongUsage } from '../failure.js';
import { count, type Output } from '../output/print.js';
import { withProgress } from '../output/progress.js';
import type { CommonOptions } from '../settings.js';

interface CopyCommandOptions extends CommonOptions {
  readonly from?: string;
  readonly to?: string;
  readonly keysFrom?: string;
  readonly keysTo?: string;
}

const STAGES = { compare: 'compared', copy: 'copied', verify: 'verified' } as const;

export function copyCommand(): Command {
  return command({
    usage: 'copy',
    summary:
      'Copy a ledger to another event store and verify it: order, ids, times and bytes of every event stay. Interrupted, run it again: it goes on.',
    example: 'cx copy --from embedded:./data --to embedded:/mnt/data',
  })
    .option('--from <address>', 'the store to copy (else CX_STORE, or embedded:./data)')
    .option(
      '--to <address>',
      'the store to fill: empty, or a copy that was not completed or has fallen behind',
    )
    .option(
      '--keys-from <address>',
      'where the keys of the source are: a folder or postgres://… (else the folder of the source)',
    )
    .option(
      '--keys-to <address>',
      'where to copy the keys: a folder or postgres://… (else the folder of the target)',
    )
    .addHelpText(
      'after',
      '\nFrom folder to folder, API keys, tenants and dead letters are copied, too; the master key never is.\n' +
        'Start no server on the target before the copy is complete.\n',
    )
    .action((options: CopyCommandOptions) => perform(options, (output) => copy(options, output)));
}

async function copy(options: CopyCommandOptions, output: Output): Promise<void> {
  if (options.data !== undefined) throw new WrongUsage('--data is not for copy: use --from and --to');
  if (options.to === undefined)
    throw new WrongUsage('--to is missing: name the store to fill, for example --to embedded:/mnt/data');
  const ends = { from: options.from ?? process.env['CX_STORE'] ?? 'embedded:./data', to: options.to };
  const copied = await withProgress(output, (progress) =>
    copyLedger(ends, { from: options.keysFrom, to: options.keysTo }, ({ stage, events, total }) => {
      const share = total === 0 ? undefined : events / total;
      progress.show({ share, done: events, what: 'events', more: STAGES[stage] });
    }),
  );
  print(copied, output);
}

function print(copied: CopiedLedger, output: Output): void {
  output.result(copied);
  const { events, digest, keys, others } = copied;
  output.line(`copied ${count(copied.copied)} events; the target holds ${count(events)}, verified`);
  output.line(`SHA-256 over all events, equal on both sides: ${digest}`);
  if (keys === null) output.line('keys: not copied; the new server needs CX_KEYS set to where they are now');
  else output.line(`keys: copied to ${keys}, still under the same master key`);
  if (others.length > 0) output.line(`also copied: ${others.join(', ')}`);
  if (copied.newer > 0)
    output.line(
      `${count(copied.newer)} events were recorded in the source meanwhile: stop its server and run this again`,
    );
  output.line(
    'the master key is not copied: give the new server the same CX_MASTER_KEY or CX_MASTER_KEY_FILE',
  );
}
