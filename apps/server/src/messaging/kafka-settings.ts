import { accessSync, constants } from 'node:fs';
import type { AllowedTenants, KafkaConnection } from '#engines/kafka';
import { InvalidInput } from '#event-sourcing';
import type { Places, Settings } from '#platform';
import type { SpreadOptions } from '../projecting/projecting.worker.js';

export const RECORDED_TOPIC = 'cx.recorded';
/** With this many events under way intake is busy. */
const BUSY_EVENTS = 1_000;
/** Views that are so late come before sending them, which takes more processor time than deriving them. */
const LATE_SECONDS = 0.3;

/** How the brokers are reached by these settings. Throws InvalidInput where they contradict each other. */
export function connectionOf(settings: Settings): KafkaConnection {
  return { brokers: settings.kafka, sasl: saslOf(settings), tls: tlsOf(settings) };
}

function saslOf({ kafkaSasl: mechanism, kafkaUser: username, kafkaPassword: password }: Settings) {
  if (mechanism && username && password) return { mechanism, username, password };
  if (mechanism === undefined && username === undefined && password === undefined) return undefined;
  throw invalid(
    'CX_KAFKA_SASL',
    'CX_KAFKA_SASL, CX_KAFKA_USER and CX_KAFKA_PASSWORD belong together: set all three or none',
  );
}

function tlsOf({ kafkaTls, kafkaCaFile: caFile, kafkaCertFile: certFile, kafkaKeyFile: keyFile }: Settings) {
  const files = { CX_KAFKA_CA_FILE: caFile, CX_KAFKA_CERT_FILE: certFile, CX_KAFKA_KEY_FILE: keyFile };
  for (const [name, file] of Object.entries(files)) {
    if (file === undefined) continue;
    // With certificates configured, sending the password unencrypted would be a mistake.
    if (kafkaTls === 'off') throw invalid(name, `${name} is for TLS: set CX_KAFKA_TLS=on, too`);
    if (!readable(file)) throw invalid(name, `${name} names ${file}, which cannot be read`);
  }
  if ((certFile === undefined) !== (keyFile === undefined)) {
    const detail = 'CX_KAFKA_CERT_FILE and CX_KAFKA_KEY_FILE belong together: set both or none';
    throw invalid('CX_KAFKA_CERT_FILE', detail);
  }
  return kafkaTls === 'on' ? { caFile, certFile, keyFile } : undefined;
}

/** The tenants that may be named on each topic: those set for every topic, and those set for this one. */
export function tenantsByTopic({ kafkaTopics, kafkaTenants }: Settings): ReadonlyMap<string, AllowedTenants> {
  return new Map(
    kafkaTopics.map((topic) => {
      const allowed = kafkaTenants.flatMap((item) => {
        const [tenant, on = topic] = item.split(':').reverse();
        return on === topic ? [tenant!] : [];
      });
      if (allowed.length > 0) return [topic, allowed as unknown as AllowedTenants];
      throw invalid(
        'CX_KAFKA_TENANTS',
        `CX_KAFKA_TENANTS allows no tenant on the topic ${topic}: add tenant or ${topic}:tenant`,
      );
    }),
  );
}

/** How the projecting is divided among servers by these settings; undefined where it is not. Throws InvalidInput. */
export function spreadOf(settings: Settings, places: Places): Omit<SpreadOptions, 'log'> | undefined {
  const { spread, kafka, spreadGroup: groupId, kafkaSessionSeconds: sessionSeconds } = settings;
  if (spread === 'off') return undefined;
  if (kafka.length === 0)
    throw invalid('CX_SPREAD', 'CX_SPREAD=on needs the brokers that have cx.recorded: set CX_KAFKA, too');
  if (places.views.kind !== 'postgres' || places.events.kind === 'embedded')
    throw invalid(
      'CX_SPREAD',
      'CX_SPREAD=on is for several servers: set CX_STORE=esdb://… and CX_VIEWS=postgres://…, too',
    );
  return { kafka: connectionOf(settings), topic: RECORDED_TOPIC, groupId, sessionSeconds };
}

/** What users wait for at the moment. */
export interface ServerLoad {
  /** Events that are being recorded. */
  readonly eventsUnderWay: number;
  /** By how much the views are late. */
  readonly secondsBehind: number;
}

/** Whether a topic's records should wait now. Those from which the servers of CX_SPREAD derive the views never do. */
export function shouldWait(topic: string, { spread }: Pick<Settings, 'spread'>, load: ServerLoad): boolean {
  if (topic === RECORDED_TOPIC && spread === 'on') return false;
  return load.eventsUnderWay >= BUSY_EVENTS || load.secondsBehind >= LATE_SECONDS;
}

function invalid(variable: string, detail: string): InvalidInput {
  return new InvalidInput('invalid-config', detail, [{ pointer: `/${variable}`, detail }]);
}

function readable(file: string): boolean {
  try {
    accessSync(file, constants.R_OK);
    return true;
  } catch {
    return false;
  }
}
