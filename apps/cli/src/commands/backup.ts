import { resolve } from 'node:path';
import type { Command } from 'commander';
import { takeBackup, type TakenBackup } from '../backup/take-backup.js';
import { command, perform } from '../command.js';
import { count, type Output } from '../output/print.js';
import { withProgress } from '../output/progress.js';
import type { CommonOptions } from '../settings.js';

interface BackupCommandOptions extends CommonOptions {
  readonly keys?: boolean;
  readonly keysTo?: string;
}

export function backupCommand(): Command {
  return command({
    usage: 'backup <folder>',
    summary:
      'Back up the ledger into a folder, also while its server runs. A second time only what is new is copied; interrupted, the earlier backup stays usable.',
    example: 'cx backup /mnt/backup/ledger --keys-to /mnt/keys/ledger',
  })
    .option('--keys', "put the customers' keys into the backup, too (encrypted by the master key)")
    .option('--keys-to <folder>', "put the customers' keys into a folder of their own")
    .addHelpText(
      'after',
      '\nWithout the keys nobody can read personal data from the backup, nor can you: keep a copy of the keys elsewhere.\n' +
        'The master key and the key that signs the log are never copied: keep a copy of these two files yourself.\n' +
        '  cx backup ./backup                  events, API keys, tenants, dead letters\n' +
        '  cx backup ./backup --keys           the same and the keys\n' +
        '  cx restore ./backup --check         compare every file with its SHA-256, and show how old the backup is\n' +
        '  cx restore ./backup --data ./new    make a data folder from it\n',
    )
    .action((folder: string, options: BackupCommandOptions) =>
      perform(options, (output) => backup(folder, options, output)),
    );
}

async function backup(folder: string, options: BackupCommandOptions, output: Output): Promise<void> {
  const keysTo = options.keysTo === undefined ? undefined : resolve(options.keysTo);
  const taken = await withProgress(output, (progress) =>
    takeBackup(
      {
        ...{ to: resolve(folder), keys: options.keys === true, keysTo },
        onProgress: (done, head) => progress.show({ share: done / head, done, what: 'events' }),
      },
      options,
    ),
  );
  print(folder, keysTo, taken, output);
}

function print(folder: string, keysTo: string | undefined, taken: TakenBackup, output: Output): void {
  const { manifest, added, notIncluded } = taken;
  const { log, takenAt, keys, files } = manifest;
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  output.result({
    folder,
    takenAt,
    position: log.position,
    added,
    bytes,
    files: files.length,
    keys,
    notIncluded,
  });
  output.line(
    `${folder} has the ledger up to position ${log.position}, as of ${takenAt}: ${count(added.events)} events are new (${megabytes(added.bytes)} of ${megabytes(bytes)} MB)`,
  );
  if (keys === 'included') output.line('the keys are in the backup, encrypted by the master key');
  if (keys === 'elsewhere') output.line(`the keys are in ${keysTo}, encrypted by the master key`);
  if (keys === 'left-out')
    output.line('without the keys (--keys, --keys-to): personal data cannot be read from this backup alone');
  for (const what of notIncluded)
    output.line(`not in the backup, since they are in PostgreSQL (CX_VIEWS): ${what}; use pg_dump`);
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}
