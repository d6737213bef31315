import { execFile, execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { describeWith } from './describe-with.js';

const SOURCE = join(import.meta.dirname, '..', '..', '..', 'test', 'proofs', 'go');
const FSCK = 'github.com/transparency-dev/tessera/cmd/fsck';
/** A program that hangs on a bad log is ended, ms. */
const TIME_LIMIT = 60_000;

/** The programs of others that check logs: ours over Go's libraries, and Tessera's. */
export type GoTool = 'verifier' | 'fsck';

function goMissing(): string | undefined {
  try {
    execFileSync('go', ['version'], { stdio: 'ignore' });
    return undefined;
  } catch {
    return 'no go on this machine';
  }
}

/** Tests that need Go. */
export function describeWithGo(title: string, tests: () => void): void {
  describeWith(
    { name: 'go', missing: goMissing(), advice: 'install Go 1.26 or later to run it' },
    title,
    tests,
  );
}

/** The folder of the programs, built on first use and kept for later runs. */
export function goTools(): string {
  const sources = ['go.mod', 'go.sum', 'main.go'].map((file) => readFileSync(join(SOURCE, file)));
  const version = createHash('sha256').update(Buffer.concat(sources)).digest('hex').slice(0, 16);
  const cache = process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache');
  const folder = join(cache, 'cx-ledger', `go-${version}`);
  if (existsSync(folder)) return folder;
  const filling = `${folder}.${process.pid}`;
  mkdirSync(filling, { recursive: true });
  execFileSync('go', ['build', '-buildvcs=false', '-o', `${filling}/`, '.', FSCK], {
    cwd: SOURCE,
    stdio: 'inherit',
    timeout: 400_000,
  });
  if (existsSync(folder)) rmSync(filling, { recursive: true });
  else renameSync(filling, folder);
  return folder;
}

/** Runs a program to its end and gives everything that it printed. */
export function runGoTool(tool: GoTool, ...args: readonly string[]): Promise<string> {
  return new Promise((resolve) => {
    execFile(
      join(goTools(), tool),
      args,
      { timeout: TIME_LIMIT, maxBuffer: 2 ** 26 },
      (_error, stdout, stderr) => resolve(stdout + stderr),
    );
  });
}
