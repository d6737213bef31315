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
import { freePort } from './free-port.js';

const root = join(import.meta.dirname, '..', '..', '..');
const VERSION = '4.3.0';
const CLUSTER = 'Y3hsZWRnZXItdGVzdC0wMQ';

/** What a broker is started with. */
export interface BrokerOptions {
  /** A SCRAM-SHA-512 user: clients must then name it. */
  readonly user?: { readonly name: string; readonly password: string };
}

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

  /** Where the broker keeps its topics' bytes, to be searched for what must not be there. */
  get logFolder(): string {
    return join(this.folder, 'logs');
  }

  static async start(options: BrokerOptions = {}): Promise<KafkaBroker> {
    const folder = mkdtempSync(join(tmpdir(), 'cx-kafka-'));
    const [port, controller] = [await freePort(), await freePort()];
    const broker = new KafkaBroker(folder, `${jars()}/*`, port, options);
    writeFileSync(join(folder, 'server.properties'), properties(folder, port, controller, options));
    const scram = options.user === undefined ? [] : ['--add-scram', scramOf(options.user)];
    execFileSync(
      'java',
      [
        '-cp',
        broker.classPath,
        'kafka.tools.StorageTool',
        'format',
        '-t',
        CLUSTER,
        '-c',
        broker.config,
        ...scram,
      ],
      { stdio: ['ignore', 'ignore', 'pipe'] },
    );
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

  async stop(): Promise<void> {
    await this.end('SIGTERM');
  }

  /** Ends the process at once, as a crash would. */
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

function properties(folder: string, port: number, controller: number, { user }: BrokerOptions): string {
  const clients = user === undefined ? 'PLAINTEXT' : 'SASL_PLAINTEXT';
  const lines = [
    'process.roles=broker,controller',
    'node.id=1',
    `controller.quorum.voters=1@127.0.0.1:${controller}`,
    `listeners=CLIENTS://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controller}`,
    `advertised.listeners=CLIENTS://127.0.0.1:${port}`,
    `listener.security.protocol.map=CLIENTS:${clients},CONTROLLER:PLAINTEXT`,
    'controller.listener.names=CONTROLLER',
    'inter.broker.listener.name=CLIENTS',
    `log.dirs=${join(folder, 'logs')}`,
    'offsets.topic.replication.factor=1',
    'offsets.topic.num.partitions=4',
    'transaction.state.log.replication.factor=1',
    'transaction.state.log.min.isr=1',
    'share.coordinator.state.topic.replication.factor=1',
    'share.coordinator.state.topic.min.isr=1',
    'group.initial.rebalance.delay.ms=0',
    'auto.create.topics.enable=false',
  ];
  if (user !== undefined) {
    const login = 'org.apache.kafka.common.security.scram.ScramLoginModule required';
    lines.push(
      'sasl.enabled.mechanisms=SCRAM-SHA-512',
      'sasl.mechanism.inter.broker.protocol=SCRAM-SHA-512',
      `listener.name.clients.scram-sha-512.sasl.jaas.config=${login} username="${user.name}" password="${user.password}";`,
    );
  }
  return `${lines.join('\n')}\n`;
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}
