import { describe, expect, it } from '@jest/globals';
import type { InvalidInput } from '#event-sourcing';
import { readConfig } from '#platform';
import { connectionOf, shouldWait, tenantsByTopic } from './kafka-settings.js';

const THIS_FILE = import.meta.filename;
const login = { CX_KAFKA_SASL: 'scram-sha-512', CX_KAFKA_USER: 'cx', CX_KAFKA_PASSWORD: 'not-a-secret' };

function connection(environment: Record<string, string>) {
  return connectionOf(readConfig({ CX_KAFKA: 'kafka-1:9092,kafka-2:9092', ...environment }));
}

function faultOf(environment: Record<string, string>): { pointer: string; detail: string } {
  try {
    connection(environment);
  } catch (error) {
    return (error as InvalidInput).faults[0]!;
  }
  throw new Error('it is taken for good');
}

describe('the settings of Kafka', () => {
  it('reach the brokers without login and encryption unless told otherwise', () => {
    expect(connection({})).toEqual({ brokers: ['kafka-1:9092', 'kafka-2:9092'] });
  });

  it('log in and encrypt', () => {
    expect(connection({ ...login, CX_KAFKA_TLS: 'on', CX_KAFKA_CA_FILE: THIS_FILE })).toMatchObject({
      sasl: { mechanism: 'scram-sha-512', username: 'cx', password: 'not-a-secret' },
      tls: { caFile: THIS_FILE },
    });
  });

  it.each([
    ['a login without its password', { ...login, CX_KAFKA_PASSWORD: '' }, '/CX_KAFKA_SASL'],
    ['an authority without TLS', { CX_KAFKA_CA_FILE: THIS_FILE }, '/CX_KAFKA_CA_FILE'],
    ['a file that is not there', { CX_KAFKA_TLS: 'on', CX_KAFKA_CA_FILE: '/no/ca.pem' }, '/CX_KAFKA_CA_FILE'],
    [
      'a certificate without its key',
      { CX_KAFKA_TLS: 'on', CX_KAFKA_CERT_FILE: THIS_FILE },
      '/CX_KAFKA_CERT_FILE',
    ],
  ])('are refused with %s, and the password is not repeated', (_what, environment, pointer) => {
    const fault = faultOf(environment);
    expect(fault.pointer).toBe(pointer);
    expect(fault.detail).not.toContain('not-a-secret');
  });

  it.each([
    ['intake is busy', { eventsUnderWay: 1_000, secondsBehind: 0 }],
    ['views are late', { eventsUnderWay: 0, secondsBehind: 0.5 }],
  ])('11.3: while %s let topics wait, but cx.recorded only where no views are derived from it', (_, load) => {
    const waiting = (environment: NodeJS.ProcessEnv, now = load) =>
      ['cx.recorded', 'cx.views'].filter((topic) => shouldWait(topic, readConfig(environment), now));
    const alone = { CX_KAFKA: 'kafka:9092' };
    expect(waiting({ ...alone, CX_SPREAD: 'on' })).toEqual(['cx.views']);
    expect(waiting(alone)).toEqual(['cx.recorded', 'cx.views']);
    expect(waiting(alone, { eventsUnderWay: 999, secondsBehind: 0.2 })).toEqual([]);
  });

  it('allow tenants on every topic, or on one', () => {
    const settings = readConfig({ CX_KAFKA_TOPICS: 'a,b', CX_KAFKA_TENANTS: 'acme,b:shop' });
    expect([...tenantsByTopic(settings)]).toEqual([
      ['a', ['acme']],
      ['b', ['acme', 'shop']],
    ]);
    const none = readConfig({ CX_KAFKA_TOPICS: 'a,b', CX_KAFKA_TENANTS: 'a:acme' });
    expect(() => tenantsByTopic(none)).toThrow('allows no tenant on the topic b');
  });
});
