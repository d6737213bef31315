import {
  ArrayMaxSize,
  ArrayNotEmpty,
  ArrayUnique,
  IsDefined,
  IsIn,
  IsInt,
  IsNotEmpty,
  IsOptional,
  IsUrl,
  Matches,
  Max,
  Min,
} from 'class-validator';
import { LIMITS } from '#event-sourcing';
import { Setting } from './setting.js';
import {
  bytes,
  eventsAddress,
  list,
  path,
  postgresUrl,
  text,
  viewsAddress,
  wholeNumber,
} from './setting-readers.js';
import type { EventsAddress, ViewsAddress } from './setting-readers.js';

const EVENTS = 'must be embedded:<folder> or esdb://<host>:<port>';
const VIEWS = 'must be embedded:<folder> or postgres://<user>@<host>:<port>/<database>';

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
    form: EVENTS,
  })
  @IsDefined({ message: EVENTS })
  readonly store!: EventsAddress;

  @Setting('CX_VIEWS', viewsAddress, {
    means:
      'where views, API keys and dead letters are stored; default: the folder of an embedded event log, else CX_LOCAL',
    form: VIEWS,
  })
  @IsOptional()
  readonly views?: ViewsAddress;

  @Setting('CX_VIEWS_DIRECT', postgresUrl, {
    means: 'the PostgreSQL server itself, for migrations, where CX_VIEWS leads to a pooler',
    form: 'must be postgres://<user>@<host>:<port>/<database>',
  })
  @IsOptional()
  readonly viewsDirect?: string;

  @Setting('CX_KEYS', viewsAddress, {
    means: 'where the customers’ encryption keys are stored; default: where the views are',
    form: VIEWS,
  })
  @IsOptional()
  readonly keys?: ViewsAddress;

  @Setting('CX_LOCAL', path, {
    default: './data',
    means:
      'folder of this server’s own files where the events are in EventStoreDB: an index of them, which is made again when it is missing',
  })
  readonly local!: string;

  @Setting('CX_MISSING_KEYS', text, {
    default: 'refuse',
    means:
      'whether to start (accept) or not (refuse) when keys of recorded events are missing; their events stay sealed',
  })
  @IsIn(['refuse', 'accept'], { message: 'must be refuse or accept' })
  readonly missingKeys!: 'refuse' | 'accept';

  @Setting('CX_MASTER_KEY', text, { means: 'the master key itself: 32 bytes in base64 or hexadecimal' })
  @IsOptional()
  @IsNotEmpty()
  readonly masterKey?: string;

  @Setting('CX_MASTER_KEY_FILE', path, {
    means: 'the file that holds the master key; created where it is missing',
  })
  @IsOptional()
  readonly masterKeyFile?: string;

  @Setting('CX_LOG_KEY_FILE', path, {
    means:
      'the file of the key that signs the log’s checkpoints; created where it is missing; default: the master key’s file with .log-key behind its name',
  })
  @IsOptional()
  readonly logKeyFile?: string;

  @Setting('CX_PSEUDONYM_TENANTS', list, {
    default: '',
    means:
      'tenants whose customers, and other identifiers, may be an e-mail address or a telephone number: pseudonyms are recorded, as in acme,shop',
  })
  @Matches(/^[a-z0-9-]{1,40}$/, { each: true, message: 'must be tenants, separated by commas' })
  readonly pseudonymTenants!: readonly string[];

  @Setting('CX_WARN_IDENTIFIERS_TENANTS', list, {
    default: '',
    means:
      'tenants whose ids of events, sources, agents, contacts and the like may be personal data: they are recorded in clear with a warning; for all others they are refused',
  })
  @Matches(/^[a-z0-9-]{1,40}$/, { each: true, message: 'must be tenants, separated by commas' })
  readonly warnIdentifiersTenants!: readonly string[];

  @Setting('CX_ROLE', list, {
    default: SERVER_ROLES.join(','),
    means: 'what this server does: some of ingest, project, query and audit, separated by commas',
  })
  @ArrayNotEmpty()
  @ArrayUnique({ message: 'must name each role once' })
  @IsIn(SERVER_ROLES, { each: true, message: `must be some of ${SERVER_ROLES.join(', ')}` })
  readonly roles!: readonly ServerRole[];

  @Setting('CX_PORT', wholeNumber, { default: '8080', means: 'the port to listen on; 0 takes any free port' })
  @IsInt({ message: 'must be a whole number' })
  @Min(0)
  @Max(65_535)
  readonly port!: number;

  @Setting('CX_HOST', text, {
    default: '127.0.0.1',
    means: 'the address to listen on; 0.0.0.0 accepts connections from other machines',
  })
  @IsNotEmpty()
  readonly host!: string;

  @Setting('CX_CORS_ORIGINS', list, {
    default: '',
    means:
      'web origins that may call from a browser (CORS), for example https://desk.example.com,https://app.example.com',
  })
  @ArrayMaxSize(100)
  @IsUrl(
    { require_tld: false, require_protocol: true, protocols: ['http', 'https'], disallow_auth: true },
    { each: true, message: 'must be origins like https://desk.example.com, separated by commas' },
  )
  readonly corsOrigins!: readonly string[];

  @Setting('CX_JWKS', text, {
    means: 'file or URL of the JSON Web Key Set that verifies tokens; without it callers need API keys',
  })
  @IsOptional()
  @IsNotEmpty()
  readonly jwks?: string;

  @Setting('CX_JWT_ISSUER', text, { means: 'the issuer (iss) that tokens must have' })
  @IsOptional()
  @IsNotEmpty()
  readonly jwtIssuer?: string;

  @Setting('CX_JWT_AUDIENCE', text, { means: 'the audience (aud) that tokens must have' })
  @IsOptional()
  @IsNotEmpty()
  readonly jwtAudience?: string;

  @Setting('CX_JWT_TENANT_CLAIM', text, {
    default: 'tenant',
    means: 'the claim of a token that names the tenant',
  })
  @IsNotEmpty()
  readonly jwtTenantClaim!: string;

  @Setting('CX_JWT_ROLES_CLAIM', text, {
    default: 'roles',
    means:
      'the claim of a token that lists the roles; a dot selects a member, for example realm_access.roles',
  })
  @IsNotEmpty()
  readonly jwtRolesClaim!: string;

  @Setting('CX_KAFKA', list, {
    default: '',
    means: 'Kafka brokers as host:port, separated by commas; without brokers Kafka is not used',
  })
  @ArrayMaxSize(100)
  @Matches(/^[^\s:]+:\d{1,5}$/, {
    each: true,
    message: 'must be brokers like kafka-1:9092, separated by commas',
  })
  readonly kafka!: readonly string[];

  @Setting('CX_KAFKA_TOPICS', list, {
    default: 'cx.touchpoints',
    means: 'topics to consume touchpoints from',
  })
  @ArrayMaxSize(100)
  readonly kafkaTopics!: readonly string[];

  @Setting('CX_KAFKA_TENANTS', list, {
    default: 'default',
    means:
      'tenants that records may name, as tenant (on every topic) or topic:tenant; the first is the default',
  })
  @ArrayNotEmpty()
  @Matches(/^([^\s:]+:)?[a-z0-9-]{1,40}$/, {
    each: true,
    message: 'must be tenant or topic:tenant, separated by commas',
  })
  readonly kafkaTenants!: readonly string[];

  @Setting('CX_KAFKA_GROUP', text, { default: 'cx-ledger', means: 'the consumer group of the servers' })
  @IsNotEmpty()
  readonly kafkaGroup!: string;

  @Setting('CX_KAFKA_SESSION_SECONDS', wholeNumber, {
    default: '10',
    means:
      'seconds without a heartbeat after which a member loses its partitions to others, 1 to 300 (the brokers set bounds, too)',
  })
  @IsInt({ message: 'must be a whole number' })
  @Min(1)
  @Max(300)
  readonly kafkaSessionSeconds!: number;

  @Setting('CX_KAFKA_OUT', text, {
    default: 'on',
    means:
      'on sends what is recorded to cx.recorded and changed views to cx.views, of several servers over PostgreSQL one at a time; off sends nothing',
  })
  @IsIn(['on', 'off'])
  readonly kafkaOut!: 'on' | 'off';

  @Setting('CX_SPREAD', text, {
    default: 'off',
    means:
      'on, for every server: divides the projecting among those with the role project, by the partitions of cx.recorded, which the others then send without delay; needs CX_KAFKA and views in PostgreSQL',
  })
  @IsIn(['on', 'off'])
  readonly spread!: 'on' | 'off';

  @Setting('CX_SPREAD_GROUP', text, {
    default: 'cx-ledger-projecting',
    means: 'the consumer group of the servers that divide the projecting',
  })
  @IsNotEmpty()
  readonly spreadGroup!: string;

  @Setting('CX_RECORDED_PARTITIONS', wholeNumber, {
    means:
      'partitions of cx.recorded where a server creates it, 1 to 1000: no more servers than that can share the projecting; default: that of the brokers',
  })
  @IsOptional()
  @IsInt({ message: 'must be a whole number' })
  @Min(1)
  @Max(1000)
  readonly recordedPartitions?: number;

  @Setting('CX_KAFKA_SASL', text, { means: 'SASL mechanism: plain, scram-sha-256 or scram-sha-512' })
  @IsOptional()
  @IsIn(['plain', 'scram-sha-256', 'scram-sha-512'])
  readonly kafkaSasl?: 'plain' | 'scram-sha-256' | 'scram-sha-512';

  @Setting('CX_KAFKA_USER', text, { means: 'SASL user name' })
  @IsOptional()
  @IsNotEmpty()
  readonly kafkaUser?: string;

  @Setting('CX_KAFKA_PASSWORD', text, { means: 'SASL password' })
  @IsOptional()
  @IsNotEmpty()
  readonly kafkaPassword?: string;

  @Setting('CX_KAFKA_TLS', text, { default: 'off', means: 'on: connect to the brokers by TLS' })
  @IsIn(['on', 'off'])
  readonly kafkaTls!: 'on' | 'off';

  @Setting('CX_KAFKA_CA_FILE', path, { means: 'PEM file of the certificate authority of the brokers' })
  @IsOptional()
  readonly kafkaCaFile?: string;

  @Setting('CX_KAFKA_CERT_FILE', path, { means: 'PEM file of the client certificate' })
  @IsOptional()
  readonly kafkaCertFile?: string;

  @Setting('CX_KAFKA_KEY_FILE', path, { means: 'PEM file of the client certificate’s private key' })
  @IsOptional()
  readonly kafkaKeyFile?: string;

  @Setting('CX_BODY_LIMIT', bytes, {
    default: String(LIMITS.bodyBytes),
    means: 'the largest request body, 64KiB to 256MiB',
  })
  @IsInt({ message: 'must be a number of bytes' })
  @Min(65_536)
  @Max(268_435_456)
  readonly bodyLimit!: number;

  @Setting('CX_EXPANDED_LIMIT', bytes, {
    default: String(LIMITS.expandedBytes),
    means: 'the largest body after it is unpacked (gzip, zstd), 64KiB to 1GiB',
  })
  @IsInt({ message: 'must be a number of bytes' })
  @Min(65_536)
  @Max(1_073_741_824)
  readonly expandedLimit!: number;

  @Setting('CX_BODY_SECONDS', wholeNumber, {
    default: String(LIMITS.bodySeconds),
    means:
      'seconds in which a request must have arrived whole (a stream of lines: its next bytes), 1 to 3600',
  })
  @IsInt({ message: 'must be a whole number' })
  @Min(1)
  @Max(3600)
  readonly bodySeconds!: number;

  @Setting('CX_BATCH_LIMIT', wholeNumber, {
    default: String(LIMITS.eventsPerRequest),
    means: 'the most events of one request, 1 to 100000',
  })
  @IsInt({ message: 'must be a whole number' })
  @Min(1)
  @Max(100_000)
  readonly batchLimit!: number;

  @Setting('CX_QUEUE_EVENTS', wholeNumber, {
    default: String(LIMITS.eventsUnderWay),
    means: 'the most events that may wait to be recorded; further ones are refused with Retry-After',
  })
  @IsInt({ message: 'must be a whole number' })
  @Min(1)
  @Max(10_000_000)
  readonly queueEvents!: number;

  @Setting('CX_QUEUE_BYTES', bytes, {
    default: String(LIMITS.queueBytes),
    means: 'the most bytes that may wait to be recorded, 1MiB to 4GiB',
  })
  @IsInt({ message: 'must be a number of bytes' })
  @Min(1_048_576)
  @Max(4_294_967_296)
  readonly queueBytes!: number;

  @Setting('CX_KEY_RATE', wholeNumber, {
    default: String(LIMITS.eventsPerSecond),
    means: 'rate limit: events a second that one key may send, averaged over ten seconds; beyond it 429',
  })
  @IsInt({ message: 'must be a whole number' })
  @Min(1)
  @Max(10_000_000)
  readonly keyRate!: number;

  @Setting('CX_HISTORICAL_EVENTS', wholeNumber, {
    default: String(LIMITS.historicalEvents),
    means: 'the most events that one query about the past may fold',
  })
  @IsInt({ message: 'must be a whole number' })
  @Min(1)
  readonly historicalEvents!: number;

  @Setting('CX_QUERY_THREADS', wholeNumber, { default: '1', means: 'threads that answer queries, 1 to 16' })
  @IsInt({ message: 'must be a whole number' })
  @Min(1)
  @Max(16)
  readonly queryThreads!: number;

  @Setting('CX_QUERY_SECONDS', wholeNumber, {
    default: String(LIMITS.querySeconds),
    means: 'seconds after which a query is cancelled, 1 to 600',
  })
  @IsInt({ message: 'must be a whole number' })
  @Min(1)
  @Max(600)
  readonly querySeconds!: number;

  @Setting('CX_ANSWER_LIMIT', bytes, {
    default: '4MiB',
    means: 'the largest answer of a read, 64KiB to 256MiB; a longer page ends early, and its next says where',
  })
  @IsInt({ message: 'must be a number of bytes' })
  @Min(65_536)
  @Max(268_435_456)
  readonly answerLimit!: number;

  @Setting('CX_AFTER_SECONDS', wholeNumber, {
    default: String(LIMITS.afterSeconds),
    means: 'seconds that a read with ?after= waits for its position, 1 to 60',
  })
  @IsInt({ message: 'must be a whole number' })
  @Min(1)
  @Max(60)
  readonly afterSeconds!: number;

  @Setting('CX_BACKUP_DAYS', wholeNumber, {
    default: '30',
    means:
      'days after which backups of the keys are deleted: your promise, stated in certificates of erasure, 0 to 3650',
  })
  @IsInt({ message: 'must be a whole number' })
  @Min(0)
  @Max(3650)
  readonly backupDays!: number;

  @Setting('CX_ALERT_SECONDS', wholeNumber, {
    default: '15',
    means: 'seconds between two looks for alerts, 1 to 3600; 0: this server raises none',
  })
  @IsInt({ message: 'must be a whole number' })
  @Min(0)
  @Max(3600)
  readonly alertSeconds!: number;

  @Setting('CX_DRAIN_SECONDS', wholeNumber, {
    default: '20',
    means: 'seconds that a stopping server waits for requests in progress, 1 to 600',
  })
  @IsInt({ message: 'must be a whole number' })
  @Min(1)
  @Max(600)
  readonly drainSeconds!: number;

  @Setting('CX_FIRST_KEY', text, {
    default: 'on',
    means: 'on: the first start makes an admin key for the tenant default and prints it; off: it does not',
  })
  @IsIn(['on', 'off'])
  readonly firstKey!: 'on' | 'off';

  @Setting('CX_ACCESS_LOG', text, {
    default: 'on',
    means:
      'on: who reads and changes what is recorded in the log; off: only readings of opened personal data and exports are',
  })
  @IsIn(['on', 'off'])
  readonly accessLog!: 'on' | 'off';

  @Setting('CX_LOG', text, { default: 'warn', means: 'what is logged: error, warn, log, debug or off' })
  @IsIn(['error', 'warn', 'log', 'debug', 'off'])
  readonly log!: 'error' | 'warn' | 'log' | 'debug' | 'off';
}
