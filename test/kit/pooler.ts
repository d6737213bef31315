import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { freePort } from './free-port.js';
import { until } from './until.js';

/** Whether PgBouncer can be started on this machine; where not, says what is skipped. */
export function hasPooler(): boolean {
  try {
    execFileSync('pgbouncer', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    console.log(
      'skipped: PostgreSQL through PgBouncer (no pgbouncer on this machine); install it to run them',
    );
    return false;
  }
}

/** PgBouncer in transaction mode before a PostgreSQL server: two connections to it serve all clients. */
export class Pooler {
  private constructor(
    private readonly process: ChildProcess,
    private readonly folder: string,
    private readonly port: number,
  ) {}

  static async start(address: string): Promise<Pooler> {
    const { hostname, port, username, password } = new URL(address);
    const folder = mkdtempSync(join(tmpdir(), 'cx-pooler-'));
    const listens = await freePort();
    const settings = join(folder, 'pgbouncer.ini');
    writeFileSync(join(folder, 'users.txt'), `"${username}" "${password}"\n`);
    writeFileSync(
      settings,
      `[databases]
* = host=${hostname} port=${port} user=${username} password=${password}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${listens}
unix_socket_dir =
auth_type = plain
auth_file = ${join(folder, 'users.txt')}
pool_mode = transaction
default_pool_size = 2
max_client_conn = 200
`,
    );
    chmodSync(folder, 0o755);
    const asRoot = userInfo().uid === 0 ? ['-u', 'nobody'] : [];
    const child = spawn('pgbouncer', ['-q', ...asRoot, settings], { stdio: 'ignore' });
    await until('the pooler to listen', () => isListening(listens));
    return new Pooler(child, folder, listens);
  }

  /** The address of the same database through the pooler. */
  address(direct: string): string {
    return Object.assign(new URL(direct), { port: String(this.port) }).href;
  }

  async remove(): Promise<void> {
    const ended = new Promise((resolve) => this.process.once('exit', resolve));
    this.process.kill('SIGTERM');
    this.process.kill('SIGINT');
    await ended;
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('error', () => resolve(false));
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
  });
}
