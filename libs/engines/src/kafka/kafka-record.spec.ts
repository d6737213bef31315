import { describe, expect, it } from '@jest/globals';
import { readRecord } from './kafka-record.js';
import type { RecordHeaders } from './record-headers.js';
import { UNDECODABLE } from './undecodable.js';

const record = (value: string | Buffer | null, headers: RecordHeaders = {}) => ({
  value: value === null ? null : Buffer.from(value),
  headers,
});
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
      record('', { [UNDECODABLE]: 'LZ4 batch: bad magic' }),
      'undecodable-batch',
    ],
  ])('is refused with its reason when it is %s', (_what, message, code) => {
    expect(readRecord(message, ['default'])).toMatchObject({ tenant: 'default', code });
  });

  it.each(['ce_traceparent', 'ce_subject', 'content-type', 'cx-undecodable', 'another'])(
    'A1: takes the header %s with a null value for absent, as CloudEvents does',
    (name) => {
      const headers = { ...binary, [name]: null };
      const { [name]: _absent, ...without } = headers as Record<string, string>;
      const read = readRecord(record('{"contactId":"c1"}', headers), ['default']);
      expect(read).toEqual(readRecord(record('{"contactId":"c1"}', without), ['default']));
      expect(read).toHaveProperty('input.data');
    },
  );

  it.each(['cx_tenant', 'ce_tenant'])(
    'A1: refuses a null %s: a producer that lost its tenant must not write to the default one',
    (name) => {
      expect(readRecord(record('{}', { ...structured, [name]: null }), ['default'])).toMatchObject({
        tenant: '',
        code: 'tenant-not-allowed',
      });
    },
  );

  it('A1: never throws: what cannot even be looked at is refused with its reason', () => {
    const headers = new Proxy(
      {},
      {
        get: () => {
          throw new TypeError('secret of the record');
        },
      },
    );
    expect(readRecord(record('{}', headers), ['default'])).toEqual({
      ...{ tenant: '', code: 'unreadable-record', detail: 'the record cannot be read (TypeError)' },
    });
  });

  const LATIN1 = Buffer.from('Möbius', 'latin1');
  it.each([
    ['value', record(Buffer.concat([Buffer.from('{"id":"'), LATIN1, Buffer.from('"}')]), structured)],
    ['ce_subject', record('{}', { ...binary, ce_subject: LATIN1 })],
    ['content-type', record('{}', { 'content-type': LATIN1 })],
    ['cx_tenant', record('{}', { ...structured, cx_tenant: LATIN1 })],
  ])('A9: refuses bytes that are not UTF-8 in the %s, and replaces none', (what, message) => {
    const read = readRecord(message, ['default']);
    expect(read).toMatchObject({ code: 'not-utf8', detail: expect.stringContaining(what) });
    expect(JSON.stringify(read)).not.toContain('\uFFFD');
  });

  it('A9: keeps what is UTF-8 as it is', () => {
    const subject = Buffer.from('Möbius \uFFFD');
    expect(readRecord(record('{}', { ...binary, ce_subject: subject }), ['default'])).toMatchObject({
      input: { subject: 'Möbius \uFFFD' },
    });
  });

  it('refuses a header that stands twice with different values', () => {
    const twice = (...values: string[]) =>
      record('{}', { ...binary, ce_subject: values.map((v) => Buffer.from(v)) });
    expect(readRecord(twice('C-1', 'C-2'), ['default'])).toMatchObject({ code: 'repeated-header' });
    expect(readRecord(twice('C-1', 'C-1'), ['default'])).toMatchObject({ input: { subject: 'C-1' } });
    expect(
      readRecord(record('{}', { ...binary, ce_subject: 'C-1', CE_SUBJECT: 'C-2' }), ['default']),
    ).toMatchObject({ code: 'repeated-header' });
  });
});
