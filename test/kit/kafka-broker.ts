import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { connect } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { KafkaConnection } from '#engines/kafka';
import { selfSigned } from './certificate.js';
import { freePort } from './free-port.js';
import { BROKER_KEY, brokerProperties, commandProperties, TRUSTED } from './kafka-properties.js';
import type { BrokerOptions } from './kafka-properties.js';

const root = join(import.meta.dirname, '..', '..', '..');
const VERSION = '4.3.0';
const CLUSTER = 'Y3hsZWRnZXItdGVzdC0wMQ';

/** Why no broker can be started on this machine; undefined when one can. */
export function kafkaMissing(): string | undefined {
  for (const [command, flag] of [
    ['java', '-version'],
    ['mvn', '--version'],
  ] as const) {
    try {
      execFileSync(command, [flag], { stdio: 'ignore' });
    } catch {
      return `no ${command} on this machine`;
    }
  }
  return undefined;
}

/** The folder of the broker's jars, filled from Maven Central on first use and kept for later runs. */
function jars(): string {
  const folder = join(
    process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'),
    'cx-ledger',
    `kafka-${VERSION}`,
  );
  if (existsSync(folder)) return folder;
  const filling = `${folder}.${process.pid}`;
  mkdirSync(filling, { recursive: true });
  execFileSync(
    'mvn',
    [
      '-q',
      '-B',
      '-f',
      join(root, 'infra/kafka/pom.xml'),
      'dependency:copy-dependencies',
      `-DoutputDirectory=${filling}`,
    ],
    { stdio: 'inherit', timeout: 300_000 },
  );
  if (existsSync(folder)) rmSync(filling, { recursive: true });
  else renameSync(filling, folder);
  return folder;
}

/** A real Kafka broker of its own folder, on loopback. */
export class KafkaBroker {
  private process: ChildProcess | undefined;

  private constructor(
    private readonly folder: string,
    private readonly classPath: string,
    readonly port: number,
    readonly options: BrokerOptions,
  ) {}

  get address(): string {
    return `127.0.0.1:${this.port}`;
  }

  /** The connection options of a client that may log in. */
  get connection(): KafkaConnection {
    const { user, tls } = this.options;
    return {
      brokers: [this.address],
      ...(user && {
        sasl: { mechanism: 'scram-sha-512', username: user.name, password: user.password } as const,
      }),
      ...(tls && { tls: tls === 'mutual' ? this.tlsFiles : { caFile: this.tlsFiles.caFile } }),
    };
  }

  /** With TLS: the authority that signed the broker's certificate, and the certificate of a known client. */
  get tlsFiles() {
    const file = (name: string) => join(this.folder, name);
    return { caFile: file('ca.pem'), certFile: file('client.pem'), keyFile: file('client.key') };
  }

  /** Where the broker keeps its topics' bytes, to be searched for what must not be there. */
  get logFolder(): string {
    return join(this.folder, 'logs');
  }

  static async start(options: BrokerOptions = {}): Promise<KafkaBroker> {
    const folder = mkdtempSync(join(tmpdir(), 'cx-kafka-'));
    const [port, controllerPort] = [options.port ?? (await freePort()), await freePort()];
    const broker = new KafkaBroker(folder, `${jars()}/*`, port, options);
    if (options.tls !== undefined) broker.makeCertificates();
    writeFileSync(broker.config, brokerProperties({ folder, port, controllerPort }, options));
    const scram = options.user === undefined ? [] : ['--add-scram', scramOf(options.user)];
    broker.command('kafka.tools.StorageTool', 'format', '-t', CLUSTER, '-c', broker.config, ...scram);
    await broker.up();
    return broker;
  }

  /** Starts the broker's process again (after `stop` or `kill`) and waits until it listens. */
  async up(deadlineMillis = 60_000): Promise<void> {
    const output = openSync(join(this.folder, 'broker.log'), 'a');
    const child = spawn(
      'java',
      [
        '-Xmx512m',
        '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn',
        '-cp',
        this.classPath,
        'kafka.Kafka',
        this.config,
      ],
      { stdio: ['ignore', output, output] },
    );
    this.process = child;
    for (const end = Date.now() + deadlineMillis; !(await listens(this.port));) {
      if (child.exitCode !== null || Date.now() > end)
        throw new Error(`the broker did not start:\n${this.log()}`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  /** Makes a further SCRAM user, or changes the password of one; who is logged in stays so until the connection ends. */
  setPassword(name: string, password: string): void {
    const file = join(this.folder, 'command.properties');
    writeFileSync(file, commandProperties(this.folder, this.options));
    const reach = ['--bootstrap-server', this.address, '--command-config', file];
    const change = ['--alter', '--add-config', `SCRAM-SHA-512=[password=${password}]`];
    this.command(
      'kafka.admin.ConfigCommand',
      ...reach,
      ...change,
      '--entity-type',
      'users',
      '--entity-name',
      name,
    );
  }

  /** Writes one record for each name, with a null header of that name; `$N` in the value stands for the name. */
  sendNullHeaders(topic: string, value: string, names: readonly string[]): void {
    const program = join(root, 'test/kit/NullHeaders.java');
    const level = '-Dorg.slf4j.simpleLogger.defaultLogLevel=error';
    const what = [this.address, topic, value, ...names];
    execFileSync('java', [level, '-cp', this.classPath, program, ...what], { timeout: 60_000 });
  }

  async stop(): Promise<void> {
    await this.end('SIGTERM');
  }

  /** Kills the process. */
  async kill(): Promise<void> {
    await this.end('SIGKILL');
  }

  /** Stops the broker and removes its folder. */
  async remove(): Promise<void> {
    await this.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  log(): string {
    return readFileSync(join(this.folder, 'broker.log'), 'utf8');
  }

  private get config(): string {
    return join(this.folder, 'server.properties');
  }

  /** Runs one of Kafka's own commands to its end. */
  private command(main: string, ...args: readonly string[]): void {
    execFileSync('java', ['-cp', this.classPath, main, ...args], { stdio: ['ignore', 'ignore', 'pipe'] });
  }

  private makeCertificates(): void {
    const [broker, client] = [selfSigned('broker'), selfSigned('client')];
    const { caFile, certFile, keyFile } = this.tlsFiles;
    writeFileSync(join(this.folder, BROKER_KEY), broker.key + broker.certificate);
    writeFileSync(join(this.folder, TRUSTED), broker.certificate + client.certificate);
    writeFileSync(caFile, broker.certificate);
    writeFileSync(certFile, client.certificate);
    writeFileSync(keyFile, client.key);
  }

  private async end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    const child = this.process;
    this.process = undefined;
    if (child === undefined || child.exitCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill(signal);
    await ended;
  }
}

const scramOf = ({ name, password }: { name: string; password: string }) =>
  `SCRAM-SHA-512=[name=${name},password=${password}]`;

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}
