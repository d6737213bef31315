import { join } from 'node:path';

/** What a broker is started with. */
export interface BrokerOptions {
  /** Where it listens; a free port unless given. */
  readonly port?: number;
  /** A SCRAM-SHA-512 user: clients must then name it. */
  readonly user?: { readonly name: string; readonly password: string };
  /** TLS, the broker with a certificate of its own; `mutual`: clients must show the one made for them, too. */
  readonly tls?: 'server' | 'mutual';
  /** Further lines of server.properties. */
  readonly properties?: { readonly [name: string]: string };
}

/** Where a broker keeps what, and where it listens. */
export interface BrokerPlace {
  readonly folder: string;
  readonly port: number;
  readonly controllerPort: number;
}

/** The broker's key with its certificate, and the certificates that it trusts, in its folder. */
export const BROKER_KEY = 'broker.pem';
export const TRUSTED = 'trusted.pem';

/** The text of server.properties. */
export function brokerProperties(place: BrokerPlace, options: BrokerOptions): string {
  const { folder, port, controllerPort } = place;
  const { user, tls, properties } = options;
  return textOf({
    'process.roles': 'broker,controller',
    'node.id': '1',
    'controller.quorum.voters': `1@127.0.0.1:${controllerPort}`,
    listeners: `CLIENTS://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}`,
    'advertised.listeners': `CLIENTS://127.0.0.1:${port}`,
    'listener.security.protocol.map': `CLIENTS:${protocolOf(options)},CONTROLLER:PLAINTEXT`,
    'controller.listener.names': 'CONTROLLER',
    'inter.broker.listener.name': 'CLIENTS',
    'log.dirs': join(folder, 'logs'),
    'offsets.topic.replication.factor': '1',
    'offsets.topic.num.partitions': '4',
    'transaction.state.log.replication.factor': '1',
    'transaction.state.log.min.isr': '1',
    'share.coordinator.state.topic.replication.factor': '1',
    'share.coordinator.state.topic.min.isr': '1',
    'group.initial.rebalance.delay.ms': '0',
    'auto.create.topics.enable': 'false',
    ...(user && login(user)),
    ...(tls && encryption(folder, tls)),
    ...properties,
  });
}

/** The text of a file by which Kafka's own commands reach the broker. */
export function commandProperties(folder: string, { user, tls }: BrokerOptions): string {
  return textOf({
    'security.protocol': protocolOf({ user, tls }),
    ...(user && { 'sasl.mechanism': 'SCRAM-SHA-512', 'sasl.jaas.config': jaasOf(user) }),
    ...(tls && { 'ssl.truststore.type': 'PEM', 'ssl.truststore.location': join(folder, TRUSTED) }),
  });
}

function protocolOf({ user, tls }: BrokerOptions): string {
  return `${user === undefined ? '' : 'SASL_'}${tls === undefined ? 'PLAINTEXT' : 'SSL'}`;
}

function textOf(lines: { readonly [name: string]: string }): string {
  return Object.entries(lines)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');
}

function jaasOf({ name, password }: NonNullable<BrokerOptions['user']>): string {
  const module = 'org.apache.kafka.common.security.scram.ScramLoginModule required';
  return `${module} username="${name}" password="${password}";`;
}

function login(user: NonNullable<BrokerOptions['user']>): Record<string, string> {
  return {
    'sasl.enabled.mechanisms': 'SCRAM-SHA-512',
    'sasl.mechanism.inter.broker.protocol': 'SCRAM-SHA-512',
    'listener.name.clients.scram-sha-512.sasl.jaas.config': jaasOf(user),
  };
}

function encryption(folder: string, tls: 'server' | 'mutual'): Record<string, string> {
  return {
    'ssl.keystore.type': 'PEM',
    'ssl.keystore.location': join(folder, BROKER_KEY),
    'ssl.truststore.type': 'PEM',
    'ssl.truststore.location': join(folder, TRUSTED),
    // Named for its listener: without the name it does not hold where clients log in, too.
    'listener.name.clients.ssl.client.auth': tls === 'mutual' ? 'required' : 'none',
  };
}
