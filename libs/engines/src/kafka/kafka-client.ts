import { readFileSync } from 'node:fs';
import kafkajs, { type Kafka, type KafkaConfig, type logCreator } from 'kafkajs';
import { WatchedKafka } from './watched-kafka.js';

export type { Kafka };

/** Connection to the brokers. Passwords never appear in logs or errors. */
export interface KafkaConnection {
  readonly brokers: readonly string[];
  readonly sasl?: {
    readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512';
    readonly username: string;
    readonly password: string;
  };
  /** TLS; with `caFile` the brokers' certificate is checked against that authority instead of the system's. */
  readonly tls?: { readonly caFile?: string; readonly certFile?: string; readonly keyFile?: string };
}

/** Log for operators. */
export interface MessagingLog {
  info(message: string, details?: Readonly<Record<string, unknown>>): void;
  warn(message: string, details?: Readonly<Record<string, unknown>>): void;
}

const fileOf = (path: string | undefined) => (path === undefined ? undefined : readFileSync(path, 'utf8'));

/** kafkajs's word against every idempotent producer with bounds; ours send again what was not acknowledged. */
const NOTHING_NEW = /^Limiting retries for the idempotent producer/;

/** kafkajs's own lines, reduced to what names no content: its errors can quote a record. */
function logTo(log: MessagingLog): logCreator {
  return () =>
    ({ level, namespace, log: entry }) => {
      if (level > kafkajs.logLevel.WARN || NOTHING_NEW.test(entry.message)) return;
      log.warn(`kafka: ${entry.message}`, { namespace, broker: entry.broker, groupId: entry.groupId });
    };
}

/** A client of the brokers. Retries are patient: an outage of minutes must not end a consumer. */
export function kafkaClient(connection: KafkaConnection, log: MessagingLog): Kafka {
  const { brokers, sasl, tls } = connection;
  const config: KafkaConfig = {
    brokers: [...brokers],
    clientId: 'cx-ledger',
    logCreator: logTo(log),
    logLevel: kafkajs.logLevel.WARN,
    retry: { initialRetryTime: 200, maxRetryTime: 5_000, retries: 8 },
    ...(sasl === undefined ? {} : { sasl: sasl as KafkaConfig['sasl'] }),
    ...(tls === undefined
      ? {}
      : { ssl: { ca: fileOf(tls.caFile), cert: fileOf(tls.certFile), key: fileOf(tls.keyFile) } }),
  };
  return new WatchedKafka(config);
}
