import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Api } from './api.js';
import { newDataFolder, serverEnvironment, startServer, type TestServer } from './server.js';

const ROOT = join(import.meta.dirname, '..', '..', '..');
const CX = join(ROOT, 'apps', 'cli', 'bin', 'cx.mjs');

/** 32 bytes, for tests only. */
export const MASTER_KEY = Buffer.alloc(32, 7);

/** Exit code and output of a call of cx. */
export interface CxRun {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The real server and the real command line on a data folder of their own, on a free port. */
export class LedgerProcess {
  readonly folder = newDataFolder();
  private readonly settings: NodeJS.ProcessEnv;
  private readonly tenants = new Set<string>();
  private server: TestServer | undefined;

  constructor(settings: NodeJS.ProcessEnv = {}) {
    this.settings = { CX_MASTER_KEY: MASTER_KEY.toString('base64'), ...settings };
  }

  /** Settings of the next start. */
  set(settings: NodeJS.ProcessEnv): void {
    Object.assign(this.settings, settings);
  }

  /** Starts the server and waits until it answers. */
  async start(): Promise<void> {
    this.server = await startServer({ folder: this.folder, env: this.settings });
  }

  /** The running server, asked by the operator's key. */
  get api(): Api {
    return new Api(this.server!.url, this.server!.operatorKey);
  }

  /** Acts for any tenant on the running server. */
  get operatorKey(): string {
    return this.server!.operatorKey;
  }

  /** Where the running server listens. */
  get url(): string {
    return this.server!.url;
  }

  /** The running server's process. */
  get pid(): number {
    return this.server!.pid;
  }

  /** Kills the server (SIGKILL). */
  async kill(): Promise<void> {
    await this.server?.kill();
    this.server = undefined;
  }

  async stop(): Promise<void> {
    await this.server?.stop();
    this.server = undefined;
  }

  /** Ends the server and removes the folder. */
  async remove(): Promise<void> {
    await this.stop();
    rmSync(dirname(this.folder), { recursive: true, force: true });
  }

  /** Runs cx as a user would, and waits for its end. */
  async cx(...args: string[]): Promise<CxRun> {
    return this.cxBegun(...args).ended;
  }

  /** Starts cx and lets it run. */
  cxBegun(...args: string[]): { readonly process: ChildProcess; readonly ended: Promise<CxRun> } {
    const child = spawn(process.execPath, [CX, ...args], {
      env: serverEnvironment(this.folder, this.settings),
      stdio: ['ignore', 'pipe', 'pipe'],
      cwd: ROOT,
    });
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (said: Buffer) => (stdout += said.toString()));
    child.stderr.on('data', (said: Buffer) => (stderr += said.toString()));
    const ended = once(child, 'close').then(([status]) => ({
      status: status as number | null,
      stdout,
      stderr,
    }));
    return { process: child, ended };
  }

  /** The text of an answer; throws at another status than 2xx. */
  async text(
    path: string,
    query: { readonly [name: string]: string | number } = {},
    tenant = 'default',
  ): Promise<string> {
    const parameters = new URLSearchParams(
      Object.entries(query).map(([name, value]) => [name, String(value)] as [string, string]),
    );
    const response = await this.ask('GET', `${path}?${parameters.toString()}`, tenant);
    const text = await response.text();
    if (!response.ok) throw new Error(`${path} answered ${response.status}: ${text}`);
    return text;
  }

  async get<T>(
    path: string,
    query: { readonly [name: string]: string | number } = {},
    tenant = 'default',
  ): Promise<T> {
    return JSON.parse(await this.text(path, query, tenant)) as T;
  }

  /** All items of a list. */
  async all<T>(
    path: string,
    query: { readonly [name: string]: string | number } = {},
    tenant = 'default',
  ): Promise<T[]> {
    const items: T[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const page: { items: T[]; next: string | null } = await this.get(
        path,
        { ...query, limit: 1000, ...(cursor !== '' && { cursor }) },
        tenant,
      );
      items.push(...page.items);
      cursor = page.next;
    }
    return items;
  }

  async post(
    path: string,
    body: unknown,
    { tenant = 'default', type = 'application/json' } = {},
  ): Promise<Response> {
    return this.ask('POST', path, tenant, { body: JSON.stringify(body), type });
  }

  /** Sends a request for a tenant, which is created where it is missing. */
  private async ask(
    method: string,
    path: string,
    tenant: string,
    sent?: { body: string; type: string },
  ): Promise<Response> {
    const { url, operatorKey } = this.server!;
    if (tenant !== 'default' && !this.tenants.has(tenant)) {
      this.tenants.add(tenant);
      await this.api.ask('/v1/tenants', { json: { tenant } });
    }
    const headers = {
      authorization: `Bearer ${operatorKey}`,
      'cx-tenant': tenant,
      ...(sent && { 'content-type': sent.type }),
    };
    return fetch(new URL(path, url), { method, headers, body: sent?.body });
  }
}
