import { spawn, type ChildProcess, type StdioOptions } from 'node:child_process';
import { join } from 'node:path';
import { Failure } from '../failure.js';
import type { ServerFile } from '#platform';
import { onInterruption } from '../interruption.js';
import { isReady, runningServer, until } from './running-server.js';

const SERVER = join(import.meta.dirname, '..', '..', '..', 'server', 'src', 'main.js');
/** On any free port; and without a first key, which would be printed where no one sees it. */
const OUR_OWN = { CX_PORT: '0', CX_HOST: '127.0.0.1', CX_FIRST_KEY: 'off' };
const START_MILLIS = 120_000;
const TAIL = 4_000;

/** The environment of a server on this folder; `changes` override what is set. */
export function serverEnvironment(
  folder: string | undefined,
  changes: NodeJS.ProcessEnv = {},
): NodeJS.ProcessEnv {
  const store = folder === undefined ? {} : { CX_STORE: `embedded:${folder}` };
  return { ...process.env, ...store, ...changes };
}

/** Starts the server's process; the caller says what becomes of its output. */
export function startServer(env: NodeJS.ProcessEnv, stdio: StdioOptions): ChildProcess {
  return spawn(process.execPath, [SERVER], { env, stdio });
}

/** A server of our own, for the length of a command. */
export class SpawnedServer {
  private constructor(
    private readonly child: ChildProcess,
    readonly file: ServerFile,
    private readonly forget: () => void,
  ) {}

  /** Starts one on the folder, on a free port, and waits until it is ready. Throws `server-start` with its output when it is not. */
  static async start(folder: string): Promise<SpawnedServer> {
    const child = startServer(serverEnvironment(folder, OUR_OWN), ['ignore', 'pipe', 'pipe', 'ipc']);
    const forget = onInterruption(() => ended(child));
    const output = { text: '' };
    const listen = (bytes: Buffer) => (output.text = (output.text + bytes.toString()).slice(-TAIL));
    child.stdout!.on('data', listen);
    child.stderr!.on('data', listen);
    const file = await until(() => whenReady(child, folder), START_MILLIS);
    if (file !== undefined && file !== 'ended') return new SpawnedServer(child, file, forget);
    child.kill('SIGKILL');
    forget();
    const printed = output.text.trim().replace(/^cx: /, '');
    throw new Failure('server-start', printed === '' ? 'the server does not start' : printed);
  }

  /** Lets it finish what it has and waits for its end. */
  async stop(): Promise<void> {
    await ended(this.child);
    this.forget();
  }
}

/** Stops the process and waits for its end. */
async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await exit;
}

async function whenReady(child: ChildProcess, folder: string): Promise<ServerFile | 'ended' | undefined> {
  if (child.exitCode !== null || child.signalCode !== null) return 'ended';
  const file = await runningServer(folder, child.pid);
  return file !== undefined && (await isReady(file)) ? file : undefined;
}
