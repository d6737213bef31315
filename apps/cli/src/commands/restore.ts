import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { openEventReader, openTreeStore } from '#engines';
import type { BackupManifest, RestoredBackup } from '#engines/sqlite';
import { parseTime } from '#event-sourcing';
import { restoreTree } from '#proofs';
import { command, perform } from '../command.js';
import { Failure, WrongUsage } from '../failure.js';
import { onInterruption } from '../interruption.js';
import { count, duration, type Output } from '../output/print.js';
import { withProgress } from '../output/progress.js';
import { logKeyPlace } from '../proofs/stored-log.js';
import { dataFolder, type CommonOptions } from '../settings.js';

interface RestoreOptions extends CommonOptions {
  readonly keysFrom?: string;
  readonly keepEpoch?: boolean;
  readonly check?: boolean;
}

export function restoreCommand(): Command {
  return command({
    usage: 'restore <folder>',
    summary:
      'Make a data folder from a backup, and compare it with its signed checkpoint; the data folder must be empty.',
    example: 'cx restore /mnt/backup/ledger --keys-from /mnt/keys/ledger --data ./restored',
  })
    .option('--keys-from <folder>', 'where the keys are, if they are not in the backup')
    .option(
      '--keep-epoch',
      'only where nothing was recorded after the backup, as when the server was stopped before it: positions keep their meaning',
    )
    .option('--check', 'write nothing: compare every file of the backup with its SHA-256, and show its age')
    .addHelpText(
      'after',
      '\nEvents that were recorded after the backup are lost, and their positions are given again to other events. So the log\n' +
        'begins another epoch: Kafka topics get every event again, and whoever kept a later position is told.\n' +
        'Afterwards: cx verify --data <folder>, then cx serve --data <folder>; views are made anew from the events.\n',
    )
    .action((folder: string, options: RestoreOptions) =>
      perform(options, (output) =>
        options.check === true ? check(folder, output) : restore(folder, options, output),
      ),
    );
}

async function check(folder: string, output: Output): Promise<void> {
  const sqlite = await import('#engines/sqlite');
  const manifest = sqlite.manifestOf(folder);
  await withProgress(output, (progress) =>
    sqlite.checkBackup(folder, manifest, (done, total) =>
      progress.show({ share: done / total, done: done / 1e6, what: 'MB' }),
    ),
  );
  const ageSeconds = Math.round((Date.now() - parseTime(manifest.takenAt)!) / 1000);
  const { log, takenAt, keys, files } = manifest;
  output.result({ folder, takenAt, ageSeconds, position: log.position, keys, files: files.length });
  output.line(
    `the backup in ${folder} is whole: ${files.length} files have the SHA-256 that they were written with`,
  );
  output.line(
    `it has the ledger up to position ${log.position}, as of ${takenAt} (${duration(ageSeconds)} ago)`,
  );
  output.line(KEYS[keys]);
}

const KEYS: { readonly [keys in BackupManifest['keys']]: string } = {
  included: 'the keys are in it, encrypted by the master key',
  elsewhere: 'the keys were put into a folder of their own: give it by --keys-from',
  'left-out': 'the keys are not in it: without them personal data cannot be read',
};

async function restore(folder: string, options: RestoreOptions, output: Output): Promise<void> {
  const to = targetOf(options);
  const sqlite = await import('#engines/sqlite');
  const stopping = new AbortController();
  const work = withProgress(output, (progress) =>
    sqlite.restoreBackup({
      ...{ backup: resolve(folder), to, keepEpoch: options.keepEpoch === true, signal: stopping.signal },
      keysFrom: options.keysFrom,
      onProgress: (stage, done, total) =>
        progress.show({
          share: total === 0 ? undefined : done / total,
          ...(stage === 'check'
            ? { done: done / 1e6, what: 'MB', more: 'checked' }
            : { done, what: 'events' }),
        }),
      complete: (manifest) => completeTree(to, manifest),
    }),
  );
  const forget = onInterruption(async () => {
    stopping.abort(new Failure('interrupted', 'interrupted: run the same command again, it begins anew'));
    await work.catch(() => undefined);
  });
  try {
    print(to, await work, options, output);
  } finally {
    forget();
  }
}

function targetOf(options: CommonOptions): string {
  const store = process.env['CX_STORE'];
  if (options.data === undefined && store !== undefined && !store.startsWith('embedded:'))
    throw new WrongUsage('CX_STORE is no folder: name the folder to make by --data');
  return dataFolder(options);
}

/** The tree that belongs to the newest checkpoint of the backup; the next start makes one where there was none. */
async function completeTree(
  folder: string,
  { checkpoint, checkpoints, takenAt }: BackupManifest,
): Promise<void> {
  if (checkpoint === null) return;
  const events = await openEventReader({ kind: 'embedded', folder });
  try {
    const store = await openTreeStore(folder);
    try {
      await restoreTree({ events, store, checkpoint, checkpoints, takenAt });
    } finally {
      await store.close();
    }
  } finally {
    await events.close();
  }
}

function print(
  to: string,
  { manifest, identity, keys }: RestoredBackup,
  options: RestoreOptions,
  output: Output,
): void {
  const { log, takenAt, checkpoint } = manifest;
  const { position } = log;
  output.result({ folder: to, takenAt, position, keys, storeId: identity.storeId, epoch: identity.epoch });
  output.line(`${to} has the ledger of ${takenAt}: ${count(position)} events, up to position ${position}`);
  if (checkpoint !== null) output.line('the log gives the root that was signed for it');
  if (!keys)
    output.line(
      'without keys: personal data stays closed; the server starts with CX_MISSING_KEYS=accept, or restore keys.sqlite into the folder first',
    );
  if (options.keepEpoch === true) output.line(`the log goes on in its epoch (${identity.epoch})`);
  else
    output.line(
      `what was recorded after position ${position} is not in it; the log goes on in a new epoch (${identity.epoch}), and Kafka topics get every event again`,
    );
  output.line(
    'the master key is not in a backup: give the server the same CX_MASTER_KEY_FILE or CX_MASTER_KEY',
  );
  const logKey = logKeyPlace(to, options);
  if (!existsSync(logKey))
    output.line(
      `nor is the key that signs the log: put a copy of it at ${logKey}, or name its place by CX_LOG_KEY_FILE; else cx verify needs --verifier, and the server makes a new one`,
    );
  output.line(`next: cx verify --data ${to}, then cx serve --data ${to} (views are made from the events)`);
}
