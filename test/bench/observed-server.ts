import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Observed } from './observed.js';

const MAIN = join(import.meta.dirname, '../../apps/server/src/main.js');
const OBSERVED = join(import.meta.dirname, 'observed.js');

export interface ObservedServerOptions {
  /** Default: the server itself. */
  readonly main?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** For profiles: further arguments of node. */
  readonly nodeArguments?: readonly string[];
}

/** A server in a process of its own over a new data folder, watched while it works. */
export class ObservedServer {
  private constructor(
    private readonly child: ChildProcess,
    private readonly folder: string,
    readonly url: string,
    readonly key: string,
  ) {}

  /** Starts it and waits until it says where it listens. */
  static async start({
    main = MAIN,
    env = {},
    nodeArguments = [],
  }: ObservedServerOptions = {}): Promise<ObservedServer> {
    const folder = mkdtempSync(join(tmpdir(), 'cx-bench-'));
    const own = Object.entries(process.env).filter(([name]) => !name.startsWith('CX_'));
    const child = fork(main, [], {
      execArgv: [...nodeArguments, '--import', OBSERVED],
      env: {
        ...Object.fromEntries(own),
        CX_PORT: '0',
        CX_STORE: `embedded:${join(folder, 'data')}`,
        ...env,
      },
      cwd: folder,
      silent: true,
    });
    let printed = '';
    child.stderr!.on('data', (bytes: Buffer) => (printed += bytes.toString()));
    const url = await new Promise<string>((resolve, reject) => {
      child.once('exit', (code) => reject(new Error(`the server ended with ${code}: ${printed}`)));
      child.stdout!.on('data', (bytes: Buffer) => {
        printed += bytes.toString();
        const found = /listens on (\S+)[^]*key:.*\n(?:admin key:.*\n)?/.exec(printed)?.[1];
        if (found !== undefined) resolve(found);
      });
    });
    return new ObservedServer(child, folder, url, /cxk_\S+/.exec(printed)?.[0] ?? '');
  }

  /** The key for what concerns all tenants. */
  get operatorKey(): string {
    const file = readFileSync(join(this.folder, 'data', 'server.json'), 'utf8');
    return (JSON.parse(file) as { readonly operatorKey: string }).operatorKey;
  }

  get pid(): number {
    return this.child.pid!;
  }

  /** What was seen since the last time this was asked. */
  async observe(): Promise<Observed> {
    this.child.send('observe');
    const [observed] = (await once(this.child, 'message')) as [Observed];
    return observed;
  }

  async stop(): Promise<void> {
    if (this.child.exitCode === null) {
      const ended = once(this.child, 'exit');
      this.child.kill('SIGTERM');
      await ended;
    }
    rmSync(this.folder, { recursive: true, force: true });
  }
}
