import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { type Checkpoint, openCheckpoint, type Verifier } from '#ledger';
import { verifyLog, type VerifiedLog } from '#proofs';
import { command, perform } from '../command.js';
import { Failure } from '../failure.js';
import { count, type Output } from '../output/print.js';
import { withProgress } from '../output/progress.js';
import {
  logKeyPlace,
  openStoredLog,
  storedCheckpoint,
  type StoredLog,
  verifiersOf,
} from '../proofs/stored-log.js';
import type { CommonOptions } from '../settings.js';

interface VerifyOptions extends CommonOptions {
  readonly against?: string;
  readonly verifier: readonly string[];
  readonly full?: boolean;
}

export function verifyCommand(): Command {
  return command({
    usage: 'verify',
    summary:
      'Read the whole event log and check that it is what was signed; beside a running server or without one.',
    example: 'cx verify --against checkpoint-of-march.txt --verifier "cx-ledger/…+4f1c2a77+Ab…"',
  })
    .option('--against <file>', 'a checkpoint that was kept elsewhere (GET /v1/audit/checkpoint)')
    .option(
      '--verifier <text>',
      'whose signature is believed (GET /v1/audit/log); may be repeated (else: those beside the master key)',
      (text: string, before: readonly string[]) => [...before, text],
      [],
    )
    .option(
      '--full',
      'also check each event by itself: canonical, its id that of its source, times and revisions in order',
    )
    .addHelpText(
      'after',
      '\nExit code 1 when anything is not as it was signed; each such entry is named. Keep a checkpoint elsewhere:\n' +
        'only with --against can a log be told from one that was rewritten together with its tree and signed again.\n',
    )
    .action((options: VerifyOptions) => perform(options, (output) => verify(options, output)));
}

async function verify(options: VerifyOptions, output: Output): Promise<void> {
  const log = await openStoredLog(options);
  try {
    const verifiers = verifiersOf(log, options, options.verifier);
    if (verifiers.length === 0)
      throw new Failure(
        'no-verifier',
        `the key that signed the log is not at ${logKeyPlace(log.folder, options)}: put a copy of it there (CX_LOG_KEY_FILE names another place), or give --verifier, as GET /v1/audit/log shows it`,
      );
    const stored = await storedCheckpoint(log, verifiers);
    const against = options.against === undefined ? undefined : checkpointOf(options.against, log, verifiers);
    const verified = await withProgress(output, (progress) =>
      verifyLog({
        events: log.events,
        store: log.tree,
        checkpoints: [stored, ...(against === undefined ? [] : [against])],
        full: options.full,
        onProgress: (done, total) => progress.show({ share: done / total, done, what: 'entries' }),
      }),
    );
    print(verified, { stored, against, full: options.full === true }, output);
  } finally {
    await log.close();
  }
}

function checkpointOf(
  file: string,
  { origin, former }: StoredLog,
  verifiers: readonly Verifier[],
): Checkpoint {
  const checkpoint = openCheckpoint(readFileSync(file, 'utf8'), verifiers);
  const earlier = former.find((log) => log.origin === checkpoint.origin);
  if (checkpoint.origin === origin || (earlier !== undefined && checkpoint.size <= earlier.size))
    return checkpoint;
  if (earlier !== undefined)
    throw new Failure(
      'log-restored',
      `${file} was signed for ${checkpoint.size} entries; at ${earlier.until} the log was restored or gave up events, and has the first ${earlier.size} of these entries since: ${checkpoint.size - earlier.size} are lost, and others have their numbers`,
      { size: checkpoint.size, kept: earlier.size, until: earlier.until },
    );
  throw new Failure(
    'another-log',
    `${file} is a checkpoint of ${checkpoint.origin}, and this log is ${origin}: a copy has a name of its own, and a log that gave up lost events begins another epoch`,
  );
}

interface Compared {
  readonly stored: Checkpoint;
  readonly against: Checkpoint | undefined;
  readonly full: boolean;
}

function print(verified: VerifiedLog, { stored, against, full }: Compared, output: Output): void {
  const { entries, root, findings, found } = verified;
  output.result({
    ...{ entries, signed: stored.size, root: Buffer.from(root).toString('hex'), full, found },
    findings: findings.map(({ position, ...finding }) => ({
      ...finding,
      position: position?.toString() ?? null,
    })),
  });
  for (const { kind, entry, position, detail } of findings)
    output.line(
      `${kind.padEnd(12)}  entry ${entry}${position === undefined ? '' : ` (position ${position})`}: ${detail}`,
    );
  if (found > 0) {
    output.note(
      `cx: the log is not what was signed: ${count(found)} ${found === 1 ? 'finding' : 'findings'}`,
    );
    process.exitCode = 1;
    return;
  }
  const newer = entries - stored.size;
  output.line(
    `${count(entries)} events are as they were signed${newer > 0 ? `, ${count(newer)} of them newer than the last checkpoint` : ''}`,
  );
  if (against !== undefined)
    output.line(`the log continues the checkpoint of ${count(against.size)} entries unchanged`);
  if (full) output.line('each event is right by itself');
}
