import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const MAIN = join(import.meta.dirname, '../../apps/server/src/main.js');

export interface ServerOptions {
  /** The data folder; default a new temporary one. */
  readonly folder?: string;
  /** Further settings, `CX_…`. */
  readonly env?: NodeJS.ProcessEnv;
  /** SIGKILL so long after it was started, whether it listens by then or not. */
  readonly killAfterMillis?: number;
}

/** A server in a process of its own, on a free port. */
export interface TestServer {
  readonly url: string;
  readonly folder: string;
  /** The admin key of the first start; on later ones the operator's. */
  readonly key: string;
  /** Acts for any tenant (header `cx-tenant`). */
  readonly operatorKey: string;
  readonly pid: number;
  /** Everything that it has printed so far. */
  output(): string;
  /** SIGTERM, and its exit code. */
  stop(): Promise<number | null>;
  /** SIGKILL. */
  kill(): Promise<void>;
  /** Sends a signal and does not wait. */
  signal(name: NodeJS.Signals): void;
  /** Resolves with the exit code when the process is gone. */
  readonly ended: Promise<number | null>;
}

/** What a process that did not come up printed, and its exit code. */
export class StartFailed extends Error {
  constructor(
    readonly code: number | null,
    readonly printed: string,
  ) {
    super(`the server ended with ${code}: ${printed}`);
  }
}

/** Where a run of `npm run coverage` wants to read what ran; code from a cache is not counted well. */
const { CX_TEST_COVERAGE: coverage } = process.env;
const COVERAGE = coverage === undefined ? {} : { NODE_V8_COVERAGE: coverage, NODE_COMPILE_CACHE: undefined };

/**
 * An environment without settings of this machine, with these instead. Reads are not recorded unless a test wants it:
 * most tests count what stands in the log.
 */
export function serverEnvironment(folder: string, env: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  const bare = Object.entries(process.env).filter(([name]) => !name.startsWith('CX_'));
  const standard = { CX_PORT: '0', CX_ACCESS_LOG: 'off', CX_STORE: `embedded:${folder}` };
  return { ...Object.fromEntries(bare), ...COVERAGE, ...standard, ...env };
}

/** A data folder that does not exist yet, in a new temporary folder. */
export function newDataFolder(): string {
  return join(mkdtempSync(join(tmpdir(), 'cx-server-')), 'data');
}

const running = new Set<ChildProcess>();

// A test that fails before it stops its server would keep jest waiting for ever.
(globalThis as { afterAll?: (end: () => void) => void }).afterAll?.(() => {
  for (const child of running) child.kill('SIGKILL');
});

/** Starts the server and waits until it listens. Throws StartFailed. */
export async function startServer(options: ServerOptions = {}): Promise<TestServer> {
  const folder = options.folder ?? newDataFolder();
  const child = spawn(process.execPath, [MAIN], {
    env: serverEnvironment(folder, options.env),
    cwd: tmpdir(),
  });
  let printed = '';
  child.stdout.on('data', (bytes: Buffer) => (printed += bytes.toString()));
  child.stderr.on('data', (bytes: Buffer) => (printed += bytes.toString()));
  running.add(child);
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  void ended.then(() => running.delete(child));
  if (options.killAfterMillis !== undefined) setTimeout(() => child.kill('SIGKILL'), options.killAfterMillis);
  const url = await listening(child, ended, () => printed);
  const { operatorKey } = JSON.parse(readFileSync(join(folder, 'server.json'), 'utf8')) as {
    operatorKey: string;
  };
  const signal = (name: NodeJS.Signals) => void child.kill(name);
  return {
    ...{ url, folder, operatorKey, ended, signal, pid: child.pid! },
    key: /cxk_\S+/.exec(printed)?.[0] ?? operatorKey,
    output: () => printed,
    stop: () => (signal('SIGTERM'), ended),
    kill: async () => (signal('SIGKILL'), void (await ended)),
  };
}

function listening(
  child: ChildProcess,
  ended: Promise<number | null>,
  printed: () => string,
): Promise<string> {
  return new Promise((resolve, reject) => {
    void ended.then((code) => reject(new StartFailed(code, printed())));
    child.stdout!.on('data', () => {
      // The announcement is one write; it ends with the line of the master key, or the one of the first key.
      const url = /listens on (\S+)[^]*master key: .*\n/.exec(printed())?.[1];
      if (url !== undefined) resolve(url);
    });
  });
}
