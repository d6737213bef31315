import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import type { Certificate } from './certificate.js';
import { freePort } from './free-port.js';
import { postgresPackage, PostgresProcess } from './postgres-process.js';
import { until } from './until.js';

const USER = 'postgres';
const PASSWORD = 'test-only';

/** Why no PostgreSQL server can be started on this machine; undefined when one can, or `CX_TEST_POSTGRES` names one. */
export function postgresMissing(): string | undefined {
  if (process.env.CX_TEST_POSTGRES !== undefined) return undefined;
  const name = postgresPackage();
  return name.folder === undefined ? `no package ${name.name} in node_modules` : undefined;
}

export interface PostgresServerOptions {
  /** Commits wait for the disk, as in production. Default false: tests of what survives a kill set it. */
  readonly durable?: boolean;
  /** Further settings of postgresql.conf, as `name=value`. */
  readonly settings?: readonly string[];
}

interface OwnServer {
  readonly server: PostgresProcess;
  readonly folder: string;
}

/**
 * A real PostgreSQL server of its own folder and port, on loopback; or, where `CX_TEST_POSTGRES` is set, the server
 * that it names, in databases of the test's own.
 */
export class PostgresServer {
  private readonly databases: string[] = [];
  private template: Promise<string> | undefined;

  private constructor(
    private readonly base: URL,
    private readonly own: OwnServer | undefined,
  ) {}

  static async start({
    durable = false,
    settings = [],
  }: PostgresServerOptions = {}): Promise<PostgresServer> {
    const given = process.env.CX_TEST_POSTGRES;
    if (given !== undefined) return new PostgresServer(new URL(given), undefined);
    const folder = mkdtempSync(join(tmpdir(), 'cx-postgres-'));
    const port = await freePort();
    const flags = [
      'listen_addresses=127.0.0.1',
      'unix_socket_directories=',
      'shared_buffers=64MB',
      'max_connections=60',
      ...(durable ? [] : ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off']),
      ...settings,
    ];
    const server = await PostgresProcess.make({
      folder,
      ...{ port, user: USER, password: PASSWORD, settings: flags },
      initFlags: durable ? [] : ['--no-sync'],
    });
    await server.start();
    const base = new URL(`postgres://${USER}:${PASSWORD}@127.0.0.1:${port}/postgres`);
    return new PostgresServer(base, { server, folder });
  }

  get port(): number {
    return Number(this.base.port || 5432);
  }

  /** Whether the server can be stopped and started by the test: not one that was given. */
  get isOwn(): boolean {
    return this.own !== undefined;
  }

  /** Makes an empty database; answers its address. */
  async database(): Promise<string> {
    return this.make('template1');
  }

  /** Makes a database that is as `prepare` leaves an empty one, which it does once. */
  async prepared(prepare: (address: string) => Promise<void>): Promise<string> {
    this.template ??= this.database().then(async (address) => {
      await prepare(address);
      return new URL(address).pathname.slice(1);
    });
    return this.make(await this.template);
  }

  /** Drops a database that the test has made. */
  async drop(address: string): Promise<void> {
    const name = new URL(address).pathname.slice(1);
    await this.admin((client) => client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`));
  }

  /** The address of a database, over another port where a proxy listens there. */
  address(database: string, port = this.port): string {
    const url = new URL(this.base);
    url.pathname = `/${database}`;
    url.port = String(port);
    return url.href;
  }

  /** From now on it speaks TLS, too. */
  async speakTls({ key, certificate }: Certificate): Promise<void> {
    this.own!.server.give('server.key', key);
    this.own!.server.give('server.crt', certificate);
    await this.admin(async (client) => {
      await client.query('ALTER SYSTEM SET ssl = on');
      await client.query('SELECT pg_reload_conf()');
    });
    const isOn = () =>
      this.admin(async (client) => (await client.query<{ ssl: string }>('SHOW ssl')).rows[0]!.ssl === 'on');
    await until('the server speaks TLS', isOn);
  }

  /** Asks the server to stop, as an operator does who waits for no client. */
  async stop(): Promise<void> {
    await this.own!.server.stop();
  }

  async kill(): Promise<void> {
    await this.own!.server.kill();
  }

  /** Starts it again after `stop` or `kill`. */
  async up(): Promise<void> {
    // Processes of the killed server may still hold its memory for a moment.
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.own!.server.start();
      } catch (error) {
        if (attempt === 50) throw error;
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    }
  }

  /** What the server has logged so far. */
  log(): string {
    return this.own!.server.said;
  }

  /** Drops the test's databases, and removes the server where it is the test's own. */
  async remove(): Promise<void> {
    if (this.own === undefined) {
      for (const name of this.databases) {
        await this.admin((client) => client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`));
      }
      return;
    }
    await this.own.server.stop();
    rmSync(this.own.folder, { recursive: true, force: true });
  }

  /** Runs statements as the superuser, in the server's first database. */
  async admin<T>(work: (client: Client) => Promise<T>, address = this.base.href): Promise<T> {
    const client = new Client({ connectionString: address });
    await client.connect();
    try {
      return await work(client);
    } finally {
      await client.end();
    }
  }

  private async make(template: string): Promise<string> {
    const name = `cx_test_${process.pid}_${Date.now()}_${this.databases.length}`;
    this.databases.push(name);
    await this.admin((client) => client.query(`CREATE DATABASE ${name} TEMPLATE ${template}`));
    return this.address(name);
  }
}
