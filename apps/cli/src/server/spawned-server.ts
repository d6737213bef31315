import { spawn, type ChildProcess, type StdioOptions } from 'node:child_process';
import { join } from 'node:path';
import { Failure } from '../failure.js';
import { isReady, runningServer, until, type ServerFile } from './running-server.js';

const SERVER = join(import.meta.dirname, '..', '..', '..', 'server', 'src', 'main.js');
/** Nobody else is to find it, and nobody sees a first key that it would make. */
const OUR_OWN = { CX_PORT: '0', CX_HOST: '127.0.0.1', CX_FIRST_KEY: 'off' };
const START_MILLIS = 120_000;
const TAIL = 4_000;

/** The environment of a server on this folder; what is set already goes before. */
export function serverEnvironment(
  folder: string | undefined,
  changes: NodeJS.ProcessEnv = {},
): NodeJS.ProcessEnv {
  const store = folder === undefined ? {} : { CX_STORE: `embedded:${folder}` };
  return { ...process.env, ...store, ...changes };
}

/** Starts the server's process; the caller says what becomes of its words. */
export function startServer(env: NodeJS.ProcessEnv, stdio: StdioOptions): ChildProcess {
  return spawn(process.execPath, [SERVER], { env, stdio });
}

/** A server of our own, for the length of a command. */
export class SpawnedServer {
  private constructor(
    private readonly child: ChildProcess,
    readonly file: ServerFile,
  ) {}

  /** Starts one on the folder, on a free port, and waits until it is ready. Throws with its own words when it is not. */
  static async start(folder: string): Promise<SpawnedServer> {
    const child = startServer(serverEnvironment(folder, OUR_OWN), ['ignore', 'pipe', 'pipe']);
    const said = { text: '' };
    const listen = (bytes: Buffer) => (said.text = (said.text + bytes.toString()).slice(-TAIL));
    child.stdout!.on('data', listen);
    child.stderr!.on('data', listen);
    const file = await until(() => whenReady(child, folder), START_MILLIS);
    if (file !== undefined && file !== 'ended') return new SpawnedServer(child, file);
    child.kill('SIGKILL');
    const words = said.text.trim();
    throw new Failure('server-start', words === '' ? 'the server does not start' : words);
  }

  /** Lets it finish what it has and waits for its end. */
  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = new Promise((resolve) => this.child.once('exit', resolve));
    this.child.kill('SIGTERM');
    await ended;
  }
}

async function whenReady(child: ChildProcess, folder: string): Promise<ServerFile | 'ended' | undefined> {
  if (child.exitCode !== null || child.signalCode !== null) return 'ended';
  const file = runningServer(folder);
  return file?.pid === child.pid && file !== undefined && (await isReady(file)) ? file : undefined;
}
