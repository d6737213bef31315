import { isURL } from 'class-validator';
import { isTenant, LIMITS } from '#event-sourcing';
import { Setting } from './setting.js';
import {
  bytes,
  eventsAddress,
  list,
  oneOf,
  path,
  postgresUrl,
  someOf,
  text,
  viewsAddress,
  wholeNumber,
} from './setting-readers.js';
import type { EventsAddress, ViewsAddress } from './setting-readers.js';

const TENANTS = list('tenants', isTenant);
const BROKERS = list('brokers like kafka-1:9092', (item) => /^[^\s:]+:\d{1,5}$/.test(item));
const TOPICS = list('topics', (item) => /^\S+$/.test(item));
const TOPIC_TENANTS = list('tenant or topic:tenant', (item) => /^([^\s:]+:)?[a-z0-9-]{1,40}$/.test(item));
const ORIGIN = {
  require_tld: false,
  require_protocol: true,
  protocols: ['http', 'https'],
  disallow_auth: true,
};
const ORIGINS = list('origins like https://desk.example.com', (item) => isURL(item, ORIGIN));

/**
 * What a server does: take events in, keep views up to date, answer questions, answer auditors. A server has all of
 * these roles unless told otherwise.
 */
export const SERVER_ROLES = ['ingest', 'project', 'query', 'audit'] as const;
export type ServerRole = (typeof SERVER_ROLES)[number];

/** Everything that can be set from outside, each from one environment variable. */
export class Settings {
  @Setting('CX_STORE', eventsAddress, {
    default: 'embedded:./data',
    means: 'where the event log is stored, for example embedded:./data',
  })
  readonly store!: EventsAddress;

  @Setting('CX_VIEWS', viewsAddress, {
    means:
      'where views, API keys and dead letters are stored; default: the folder of an embedded event log, else CX_LOCAL',
  })
  readonly views?: ViewsAddress;

  @Setting('CX_VIEWS_DIRECT', postgresUrl, {
    means: 'the PostgreSQL server itself, for migrations, where CX_VIEWS leads to a pooler',
  })
  readonly viewsDirect?: string;

  @Setting('CX_KEYS', viewsAddress, {
    means: 'where the customers’ encryption keys are stored; default: where the views are',
  })
  readonly keys?: ViewsAddress;

  @Setting('CX_LOCAL', path, {
    default: './data',
    means:
      'folder of this server’s own files where the events are in EventStoreDB: an index of them, which is made again when it is missing',
  })
  readonly local!: string;

  @Setting('CX_MISSING_KEYS', oneOf('refuse', 'accept'), {
    default: 'refuse',
    means:
      'whether to start (accept) or not (refuse) when keys of recorded events are missing; their events stay sealed',
  })
  readonly missingKeys!: 'refuse' | 'accept';

  @Setting('CX_MASTER_KEY', text, { means: 'the master key itself: 32 bytes in base64 or hexadecimal' })
  readonly masterKey?: string;

  @Setting('CX_MASTER_KEY_FILE', path, {
    means: 'the file that holds the master key; created where it is missing',
  })
  readonly masterKeyFile?: string;

  @Setting('CX_LOG_KEY_FILE', path, {
    means:
      'the file of the key that signs the log’s checkpoints; created where it is missing; default: the master key’s file with .log-key behind its name',
  })
  readonly logKeyFile?: string;

  @Setting('CX_PSEUDONYM_TENANTS', TENANTS, {
    default: '',
    means:
      'tenants whose customers, and other identifiers, may be an e-mail address or a telephone number: pseudonyms are recorded, as in acme,shop',
  })
  readonly pseudonymTenants!: readonly string[];

  @Setting('CX_WARN_IDENTIFIERS_TENANTS', TENANTS, {
    default: '',
    means:
      'tenants whose ids of events, sources, agents, contacts and the like may be personal data: they are recorded in clear with a warning; for all others they are refused',
  })
  readonly warnIdentifiersTenants!: readonly string[];

  @Setting('CX_ROLE', someOf(SERVER_ROLES), {
    default: SERVER_ROLES.join(','),
    means: 'what this server does',
  })
  readonly roles!: readonly ServerRole[];

  @Setting('CX_PORT', wholeNumber(0, 65_535), {
    default: '8080',
    means: 'the port to listen on; 0 takes any free port',
  })
  readonly port!: number;

  @Setting('CX_HOST', text, {
    default: '127.0.0.1',
    means: 'the address to listen on; 0.0.0.0 accepts connections from other machines',
  })
  readonly host!: string;

  @Setting('CX_CORS_ORIGINS', ORIGINS, {
    default: '',
    means:
      'web origins that may call from a browser (CORS), for example https://desk.example.com,https://app.example.com',
  })
  readonly corsOrigins!: readonly string[];

  @Setting('CX_JWKS', text, {
    means: 'file or URL of the JSON Web Key Set that verifies tokens; without it callers need API keys',
  })
  readonly jwks?: string;

  @Setting('CX_JWT_ISSUER', text, { means: 'the issuer (iss) that tokens must have' })
  readonly jwtIssuer?: string;

  @Setting('CX_JWT_AUDIENCE', text, { means: 'the audience (aud) that tokens must have' })
  readonly jwtAudience?: string;

  @Setting('CX_JWT_TENANT_CLAIM', text, {
    default: 'tenant',
    means: 'the claim of a token that names the tenant',
  })
  readonly jwtTenantClaim!: string;

  @Setting('CX_JWT_ROLES_CLAIM', text, {
    default: 'roles',
    means:
      'the claim of a token that lists the roles; a dot selects a member, for example realm_access.roles',
  })
  readonly jwtRolesClaim!: string;

  @Setting('CX_KAFKA', BROKERS, {
    default: '',
    means: 'Kafka brokers; without them Kafka is not used',
  })
  readonly kafka!: readonly string[];

  @Setting('CX_KAFKA_TOPICS', TOPICS, {
    default: 'cx.touchpoints',
    means: 'topics to consume touchpoints from',
  })
  readonly kafkaTopics!: readonly string[];

  @Setting('CX_KAFKA_TENANTS', TOPIC_TENANTS, {
    default: 'default',
    means:
      'tenants that records may name, on every topic or on the one before the colon; the first is the default',
  })
  readonly kafkaTenants!: readonly string[];

  @Setting('CX_KAFKA_GROUP', text, { default: 'cx-ledger', means: 'the consumer group of the servers' })
  readonly kafkaGroup!: string;

  @Setting('CX_KAFKA_SESSION_SECONDS', wholeNumber(1, 300), {
    default: '10',
    means:
      'seconds without a heartbeat after which a member loses its partitions to others (the brokers set bounds, too)',
  })
  readonly kafkaSessionSeconds!: number;

  @Setting('CX_KAFKA_OUT', oneOf('on', 'off'), {
    default: 'on',
    means:
      'on sends what is recorded to cx.recorded and changed views to cx.views, of several servers over PostgreSQL one at a time; off sends nothing',
  })
  readonly kafkaOut!: 'on' | 'off';

  @Setting('CX_SPREAD', oneOf('on', 'off'), {
    default: 'off',
    means:
      'on, for every server: divides the projecting among those with the role project, by the partitions of cx.recorded, which the others then send without delay; needs CX_KAFKA and views in PostgreSQL',
  })
  readonly spread!: 'on' | 'off';

  @Setting('CX_SPREAD_GROUP', text, {
    default: 'cx-ledger-projecting',
    means: 'the consumer group of the servers that divide the projecting',
  })
  readonly spreadGroup!: string;

  @Setting('CX_RECORDED_PARTITIONS', wholeNumber(1, 1000), {
    means:
      'partitions of cx.recorded where a server creates it: no more servers than that can share the projecting; default: that of the brokers',
  })
  readonly recordedPartitions?: number;

  @Setting('CX_KAFKA_SASL', oneOf('plain', 'scram-sha-256', 'scram-sha-512'), { means: 'SASL mechanism' })
  readonly kafkaSasl?: 'plain' | 'scram-sha-256' | 'scram-sha-512';

  @Setting('CX_KAFKA_USER', text, { means: 'SASL user name' })
  readonly kafkaUser?: string;

  @Setting('CX_KAFKA_PASSWORD', text, { means: 'SASL password' })
  readonly kafkaPassword?: string;

  @Setting('CX_KAFKA_TLS', oneOf('on', 'off'), { default: 'off', means: 'on: connect to the brokers by TLS' })
  readonly kafkaTls!: 'on' | 'off';

  @Setting('CX_KAFKA_CA_FILE', path, { means: 'PEM file of the certificate authority of the brokers' })
  readonly kafkaCaFile?: string;

  @Setting('CX_KAFKA_CERT_FILE', path, { means: 'PEM file of the client certificate' })
  readonly kafkaCertFile?: string;

  @Setting('CX_KAFKA_KEY_FILE', path, { means: 'PEM file of the client certificate’s private key' })
  readonly kafkaKeyFile?: string;

  @Setting('CX_BODY_LIMIT', bytes('64KiB', '256MiB'), {
    default: String(LIMITS.bodyBytes),
    means: 'the largest request body',
  })
  readonly bodyLimit!: number;

  @Setting('CX_EXPANDED_LIMIT', bytes('64KiB', '1GiB'), {
    default: String(LIMITS.expandedBytes),
    means: 'the largest body after it is unpacked (gzip, zstd)',
  })
  readonly expandedLimit!: number;

  @Setting('CX_BODY_SECONDS', wholeNumber(1, 3600), {
    default: String(LIMITS.bodySeconds),
    means: 'seconds in which a request must have arrived whole (a stream of lines: its next bytes)',
  })
  readonly bodySeconds!: number;

  @Setting('CX_BATCH_LIMIT', wholeNumber(1, 100_000), {
    default: String(LIMITS.eventsPerRequest),
    means: 'the most events of one request',
  })
  readonly batchLimit!: number;

  @Setting('CX_QUEUE_EVENTS', wholeNumber(1, 10_000_000), {
    default: String(LIMITS.eventsUnderWay),
    means: 'the most events that may wait to be recorded; further ones are refused with Retry-After',
  })
  readonly queueEvents!: number;

  @Setting('CX_QUEUE_BYTES', bytes('1MiB', '4GiB'), {
    default: String(LIMITS.queueBytes),
    means: 'the most bytes that may wait to be recorded',
  })
  readonly queueBytes!: number;

  @Setting('CX_KEY_RATE', wholeNumber(1, 10_000_000), {
    default: String(LIMITS.eventsPerSecond),
    means: 'rate limit: events a second that one key may send, averaged over ten seconds; beyond it 429',
  })
  readonly keyRate!: number;

  @Setting('CX_HISTORICAL_EVENTS', wholeNumber(1, 1_000_000_000), {
    default: String(LIMITS.historicalEvents),
    means: 'the most events that one query about the past may fold',
  })
  readonly historicalEvents!: number;

  @Setting('CX_QUERY_THREADS', wholeNumber(1, 16), { default: '1', means: 'threads that answer queries' })
  readonly queryThreads!: number;

  @Setting('CX_QUERY_SECONDS', wholeNumber(1, 600), {
    default: String(LIMITS.querySeconds),
    means: 'seconds after which a query is cancelled',
  })
  readonly querySeconds!: number;

  @Setting('CX_ANSWER_LIMIT', bytes('64KiB', '256MiB'), {
    default: '4MiB',
    means: 'the largest answer of a read; a longer page ends early, and its next says where',
  })
  readonly answerLimit!: number;

  @Setting('CX_AFTER_SECONDS', wholeNumber(1, 60), {
    default: String(LIMITS.afterSeconds),
    means: 'seconds that a read with ?after= waits for its position',
  })
  readonly afterSeconds!: number;

  @Setting('CX_BACKUP_DAYS', wholeNumber(0, 3650), {
    default: '30',
    means:
      'days after which backups of the keys are deleted: your promise, stated in certificates of erasure',
  })
  readonly backupDays!: number;

  @Setting('CX_ALERT_SECONDS', wholeNumber(0, 3600), {
    default: '15',
    means: 'seconds between two looks for alerts; 0: this server raises none',
  })
  readonly alertSeconds!: number;

  @Setting('CX_DRAIN_SECONDS', wholeNumber(1, 600), {
    default: '20',
    means: 'seconds that a stopping server waits for requests in progress',
  })
  readonly drainSeconds!: number;

  @Setting('CX_FIRST_KEY', oneOf('on', 'off'), {
    default: 'on',
    means: 'on: the first start makes an admin key for the tenant default and prints it; off: it does not',
  })
  readonly firstKey!: 'on' | 'off';

  @Setting('CX_ACCESS_LOG', oneOf('on', 'off'), {
    default: 'on',
    means:
      'on: who reads and changes what is recorded in the log; off: only readings of opened personal data and exports are',
  })
  readonly accessLog!: 'on' | 'off';

  @Setting('CX_LOG', oneOf('error', 'warn', 'log', 'debug', 'off'), {
    default: 'warn',
    means: 'from which level on the server logs; off: nothing',
  })
  readonly log!: 'error' | 'warn' | 'log' | 'debug' | 'off';
}
