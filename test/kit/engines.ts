import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { composeFile } from './compose-file.js';
import { EventStoreServer } from './eventstore-server.js';
import { KafkaBroker } from './kafka-broker.js';
import { LedgerProcess } from './ledger-process.js';
import { PostgresServer } from './postgres-server.js';

/**
 * The engines of the compose file's profile on this machine (the event store: its double, unless CX_TEST_EVENTSTORE names
 * a real one), and the servers that it runs over them, each a process with exactly its variables.
 */
export class Engines {
  private readonly folder = mkdtempSync(join(tmpdir(), 'cx-engines-'));
  private readonly servers: LedgerProcess[] = [];

  private constructor(
    readonly events: EventStoreServer,
    readonly views: PostgresServer,
    readonly kafka: KafkaBroker,
    private readonly connection: string,
    readonly database: string,
  ) {}

  static async start(): Promise<Engines> {
    const [events, views, kafka] = await Promise.all([
      EventStoreServer.start(),
      PostgresServer.start(),
      KafkaBroker.start(),
    ]);
    return new Engines(events, views, kafka, events.newLedger(), await views.database());
  }

  /** The variables of a service of docker-compose.yml, with the addresses and folders of this machine. */
  variablesOf(service: string): NodeJS.ProcessEnv {
    const { environment = {} } = composeFile().services[service]!;
    const places: Readonly<Record<string, string>> = {
      'esdb://events:2113?tls=false': this.connection,
      'postgres://cx:local-only@views:5432/cx': this.database,
      'kafka:9092': this.kafka.address,
      '/var/lib/cx-ledger-keys/master.key': join(this.folder, 'master.key'),
      '0.0.0.0': '127.0.0.1',
      '8080': '0',
    };
    return Object.fromEntries(
      Object.entries(environment).map(([name, value]) => [name, places[value] ?? value]),
    );
  }

  /** The server of a service, not yet started. */
  server(service: string): LedgerProcess {
    const server = new LedgerProcess({ ...this.variablesOf(service), CX_MASTER_KEY: undefined });
    server.set({ CX_LOCAL: server.folder });
    this.servers.push(server);
    return server;
  }

  async remove(): Promise<void> {
    for (const server of this.servers) await server.remove();
    await this.kafka.remove();
    await this.views.remove();
    await this.events.remove();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
