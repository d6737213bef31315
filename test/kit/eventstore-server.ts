import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './free-port.js';
import { until } from './until.js';

const DOUBLE = join(import.meta.dirname, 'eventstoredb-double', 'double-process.js');

/** The real server that the tests run against; without it they start the double. */
const REAL = process.env.CX_TEST_EVENTSTORE;

export interface EventStoreServerOptions {
  readonly startMillis?: number;
  readonly stopMillis?: number;
}

/** An EventStoreDB for tests: the double in a process of its own, or the real server that CX_TEST_EVENTSTORE names. */
export class EventStoreServer {
  private process: ChildProcess | undefined;
  private readonly folder = mkdtempSync(join(tmpdir(), 'cx-esdb-'));

  private constructor(
    /** Where the double listens. */
    readonly ownPort: number,
    private readonly options: EventStoreServerOptions,
  ) {}

  static async start(options: EventStoreServerOptions = {}): Promise<EventStoreServer> {
    const server = new EventStoreServer(REAL === undefined ? await freePort() : 0, options);
    if (REAL === undefined) await server.begin();
    return server;
  }

  /** Whether it is the real one, which these tests cannot stop. */
  static get isReal(): boolean {
    return REAL !== undefined;
  }

  get connection(): string {
    return REAL ?? `esdb://127.0.0.1:${this.ownPort}?tls=false`;
  }

  /** The connection string of a ledger that nobody else uses, empty at first. */
  newLedger(): string {
    const name = `t${crypto.randomUUID().replaceAll('-', '')}`;
    return `${this.connection}${this.connection.includes('?') ? '&' : '?'}ledger=${name}`;
  }

  /** Starts it (again) and waits until it is ready. */
  async begin(): Promise<void> {
    await this.open();
    await until('the event store is ready', () => this.isReady());
  }

  /** Starts it and waits for the port only. */
  async open(): Promise<void> {
    const { startMillis = 0, stopMillis = 300 } = this.options;
    const child = spawn(
      process.execPath,
      [DOUBLE, this.folder, String(this.ownPort), String(startMillis), String(stopMillis)],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    this.process = child;
    await Promise.race([once(child.stdout, 'data'), once(child, 'exit')]);
    if (child.exitCode !== null) throw new Error(`the double ended with ${child.exitCode}`);
  }

  async isReady(): Promise<boolean> {
    return (await fetch(`http://127.0.0.1:${this.ownPort}/health/live`)).status === 204;
  }

  signal(name: NodeJS.Signals): void {
    this.process?.kill(name);
  }

  /** Ends it by a signal and waits until it is gone. */
  async end(signal: 'SIGKILL' | 'SIGTERM' = 'SIGKILL'): Promise<void> {
    const child = this.process;
    this.process = undefined;
    if (child === undefined || child.exitCode !== null) return;
    child.kill(signal);
    await once(child, 'exit');
  }

  /** Ends it and begins again with nothing, as an operator does who restores an empty backup. */
  async reset(): Promise<void> {
    await this.end();
    rmSync(this.folder, { recursive: true });
    mkdirSync(this.folder);
    await this.begin();
  }

  /** Ends it and removes what it kept. */
  async remove(): Promise<void> {
    await this.end();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
