import { describe, expect, it } from '@jest/globals';
import type { KafkaMessage } from 'kafkajs';
import { readRecord } from './kafka-record.js';

const record = (value: string | null, headers: Record<string, string> = {}) =>
  ({
    value: value === null ? null : Buffer.from(value),
    headers,
    offset: '0',
    key: null,
    timestamp: '0',
    attributes: 0,
  }) as unknown as KafkaMessage;
const structured = { 'content-type': 'application/cloudevents+json; charset=utf-8' };
const binary = {
  ce_specversion: '1.0',
  ce_id: '7',
  ce_source: '/crm',
  ce_type: 'cx.ContactEnded.v1',
  'content-type': 'application/json',
};

describe('a Kafka record as a CloudEvent', () => {
  it('is its value when the content type says structured', () => {
    expect(readRecord(record('{"id":"7"}', structured), ['default'])).toEqual({
      tenant: 'default',
      input: { id: '7' },
    });
  });

  it('is its ce_ headers with the value as data in binary mode, the tenant left out', () => {
    expect(
      readRecord(record('{"contactId":"c1"}', { ...binary, ce_tenant: 'acme' }), ['default', 'acme']),
    ).toEqual({
      tenant: 'acme',
      input: {
        specversion: '1.0',
        id: '7',
        source: '/crm',
        type: 'cx.ContactEnded.v1',
        data: { contactId: 'c1' },
      },
    });
  });

  it('is taken for structured when a producer sets no header at all', () => {
    expect(readRecord(record('{"id":"7"}'), ['default'])).toEqual({ tenant: 'default', input: { id: '7' } });
  });

  it('belongs to the first tenant allowed when it names none, and to none when it names another', () => {
    expect(readRecord(record('{}', structured), ['acme', 'default']).tenant).toBe('acme');
    expect(readRecord(record('{}', { ...structured, cx_tenant: 'other' }), ['acme'])).toMatchObject({
      tenant: '',
      code: 'tenant-not-allowed',
    });
  });

  it.each([
    ['a tombstone', record(null, binary), 'tombstone'],
    ['a batch', record('[]', { 'content-type': 'application/cloudevents-batch+json' }), 'no-batch-on-kafka'],
    ['broken JSON', record('{"id":', structured), 'malformed-json'],
    ['data that is not JSON', record('<a/>', { ...binary, 'content-type': 'text/xml' }), 'unsupported-data'],
    ['something else', record('hello', { 'content-type': 'text/plain' }), 'not-a-cloudevent'],
    [
      'a batch that could not be decoded',
      record('', { 'cx-undecodable': 'LZ4 batch: bad magic' }),
      'undecodable-batch',
    ],
  ])('is refused with its reason when it is %s', (_what, message, code) => {
    expect(readRecord(message, ['default'])).toMatchObject({ tenant: 'default', code });
  });
});
