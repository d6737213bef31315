import fc from 'fast-check';
import { allTouchpoints } from '#journey';
import { goodData, spoiltData } from './touchpoint-data.js';

/** JSON that a CloudEvent's attribute or field should not be. */
const junk: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(null, true, 0, -1, 1e21, '', ' ', '\u0000', '\u202e', 'e\u0301', '１', [], {}),
  fc.constantFrom<unknown>(
    '__proto__',
    'constructor',
    '../../etc/passwd',
    "'; DROP TABLE event; --",
    '${7*7}',
  ),
  fc.string({ unit: 'grapheme', maxLength: 300 }),
  fc.string({ minLength: 5_000, maxLength: 5_100 }),
  fc.jsonValue({ maxDepth: 4 }),
);

const goodEnvelope = fc.record({
  specversion: fc.constant<unknown>('1.0'),
  id: fc.uuid() as fc.Arbitrary<unknown>,
  source: fc.constantFrom<unknown>('/crm', 'https://x.example/a?b=c', 'urn:a:b'),
  subject: fc.constantFrom<unknown>('c-1', 'c-2', 'Zoë', '顧客-7', '%40', 'contact:77', 'a/b', '.', '..'),
  time: fc.constantFrom<unknown>(
    '2026-01-31T10:00:00Z',
    '0001-01-01T00:00:00Z',
    '2026-01-31T23:59:60Z',
    '2024-02-29T00:00:00.123456789+14:00',
  ),
});

const type = fc.constantFrom(...allTouchpoints());

const event = type.chain((schema) =>
  fc
    .tuple(goodEnvelope, fc.oneof(goodData(schema.shape), spoiltData(schema.shape)))
    .map(([envelope, data]): Record<string, unknown> => ({ ...envelope, type: schema.type, data })),
);

/** Events that are nearly good: some attributes are replaced, missing, or added. */
export const wildEvent: fc.Arbitrary<Record<string, unknown>> = fc
  .tuple(
    event,
    fc.dictionary(
      fc.constantFrom(
        ...['specversion', 'id', 'source', 'type', 'subject', 'time', 'data', 'datacontenttype', 'sequence'],
        ...['data_base64', 'dataschema', 'traceparent', 'Upper', 'x', 'a b', '$sealed', '__proto__', ''],
      ),
      fc.oneof(junk, fc.constant(undefined)),
      { maxKeys: 3 },
    ),
    fc.constantFrom(false, false, true),
  )
  .map(([good, changes, spoil]) => (spoil ? { ...good, ...changes } : good));

/** Text of JSON that JSON.stringify does not write: names twice, long numbers, deep nesting, cut off, odd white space. */
const wildText: fc.Arbitrary<string> = fc.oneof(
  fc.json({ maxDepth: 6 }),
  fc.integer({ min: 1, max: 20_000 }).map((depth) => '['.repeat(depth) + ']'.repeat(depth)),
  fc.integer({ min: 1, max: 3_000 }).map((depth) => '{"a":'.repeat(depth) + '1' + '}'.repeat(depth)),
  fc.integer({ min: 20, max: 5_000 }).map((digits) => `{"n":${'9'.repeat(digits)}}`),
  fc.constantFrom(
    '1e400',
    '-0',
    '1E+5',
    '0.1e-999',
    '[1,]',
    '{"a":1,}',
    "{'a':1}",
    'NaN',
    '\ufeff{}',
    '"\\ud800"',
  ),
  wildEvent.map((sent) => JSON.stringify(sent).replace('"id":', '"id":"again","id":')),
  fc
    .tuple(wildEvent, fc.nat(), fc.nat({ max: 40 }), fc.string({ maxLength: 6 }))
    .map(([sent, at, cut, put]) => spliced(JSON.stringify(sent), at, cut, put)),
  fc.tuple(fc.array(wildEvent, { maxLength: 4 }), fc.nat(), fc.nat({ max: 9 })).map(([sent, at, cut]) => {
    return spliced(JSON.stringify(sent), at, cut, '');
  }),
);

function spliced(text: string, at: number, cut: number, put: string): string {
  const from = at % (text.length + 1);
  return text.slice(0, from) + put + text.slice(from + cut);
}

export const wildBody: fc.Arbitrary<string | Uint8Array> = fc.oneof(
  { weight: 5, arbitrary: wildText },
  { weight: 3, arbitrary: wildEvent.map((sent) => JSON.stringify(sent)) },
  { weight: 2, arbitrary: fc.array(wildEvent, { maxLength: 5 }).map((sent) => JSON.stringify(sent)) },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 400 }) },
  { weight: 1, arbitrary: fc.constant('') },
);

export const wildType: fc.Arbitrary<string | undefined> = fc.oneof(
  fc.constantFrom(
    ...[
      undefined,
      '',
      'application/json',
      'application/cloudevents+json',
      'application/cloudevents-batch+json',
    ],
    ...[
      'application/cloudevents+xml',
      'application/x-ndjson',
      'text/plain',
      'multipart/form-data',
      'a/b+json',
    ],
    ...['application/json; charset=utf-16', 'application/json; charset="', 'APPLICATION/JSON;;;=', ';', '/'],
    ...['application/cloudevents+json; charset=UTF-8', 'application/x-www-form-urlencoded', '*/*'],
  ),
  latin(60),
);

/** A header's value as node lets it through: Latin-1 without control characters. */
function latin(maxLength: number): fc.Arbitrary<string> {
  const unit = fc.integer({ min: 0x21, max: 0xff }).filter((code) => code !== 0x7f);
  return fc.array(unit, { maxLength }).map((codes) => String.fromCharCode(...codes));
}

const headerName = fc.oneof(
  fc.constantFrom(
    ...[
      'ce-specversion',
      'ce-id',
      'ce-source',
      'ce-type',
      'ce-subject',
      'ce-time',
      'ce-data',
      'ce-',
      'ce-a-b',
    ],
    ...['ce-datacontenttype', 'ce-sequence', 'ce-__proto__', 'idempotency-key', 'if-none-match', 'cx-tenant'],
    ...[
      'x-request-id',
      'accept',
      'accept-encoding',
      'range',
      'origin',
      'forwarded',
      'cookie',
      'content-encoding',
    ],
  ),
  fc.stringMatching(/^[a-z][a-z0-9-]{0,20}$/).map((name) => `x-${name}`),
);

const headerValue = fc.oneof(
  latin(80),
  fc.constantFrom(
    ...[
      '1.0',
      'cx.IssueRaised.v1',
      '%',
      '%ff%fe',
      '%F0%9F%98%80',
      '"quoted \\" text"',
      '"',
      'gzip',
      'zstd',
      'br',
    ],
    ...['gzip, gzip', 'W/"x"', '*', 'default', 'other', '2026-01-31T10:00:00Z', 'null', 'bytes=0-1', '%00'],
  ),
  fc.integer({ min: 1_000, max: 6_000 }).map((length) => 'x'.repeat(length)),
);

/** Headers, attributes of binary mode among them. */
export const wildHeaders: fc.Arbitrary<Record<string, string | string[]>> = fc.dictionary(
  headerName,
  fc.oneof(
    { weight: 5, arbitrary: headerValue },
    { weight: 1, arbitrary: fc.tuple(headerValue, headerValue) },
  ),
  { maxKeys: 5, noNullPrototype: true },
);

/** Headers that make a good event in binary mode; some are then replaced by what `wildHeaders` has. */
export const binaryHeaders: fc.Arbitrary<Record<string, string | string[]>> = fc
  .tuple(goodEnvelope, type, wildHeaders)
  .map(([envelope, { type: name }, wild]) => {
    const good = Object.entries({ ...envelope, type: name });
    const headers = good.map(([key, value]) => [`ce-${key}`, encodeURIComponent(String(value))]);
    return { ...Object.fromEntries(headers), 'content-type': 'application/json', ...wild };
  });

/** A piece of a path: ids as clients send them, rightly encoded, wrongly, or not at all. */
export const wildSegment: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(
    ...[
      'c-1',
      'Zo%C3%AB',
      '%E9%A1%A7%E5%AE%A2-7',
      '%2540',
      'a%2Fb',
      '.',
      '..',
      '%2e%2e',
      '%00',
      '%zz',
      '%',
      '',
    ],
    ...[
      '__proto__',
      'constructor',
      'loyalty',
      'sla',
      'contact:77',
      '%C3%28',
      '%ED%A0%80',
      '%F4%90%80%80',
      "'",
      '*',
    ],
    ...['+49%20170%201234567', 'ann%40example.com', 'x'.repeat(401), '%41'.repeat(128), ';a=b', '%0d%0ax:y'],
  ),
  latin(40).map((text) => text.replace(/[?#/]/g, '-')),
  fc.string({ unit: 'grapheme', maxLength: 60 }).map((text) => encodeURIComponent(wellFormed(text))),
);

const parameter = fc.constantFrom(
  ...[
    'asOf',
    'at',
    'after',
    'limit',
    'cursor',
    'band',
    'status',
    'severity',
    'team',
    'breached',
    'sort',
    'view',
  ],
  ...[
    'open',
    'atomic',
    'category',
    'reopened',
    'raisedSeverity',
    'x',
    '__proto__',
    'asOf[]',
    'asOf[a]',
    '',
    '%zz',
  ],
  ...['from', 'to', 'bucket', 'by', 'tz', 'entry', 'size', 'customer', 'state', 'code'],
);
const parameterValue = fc.oneof(
  fc.constantFrom(
    ...[
      '',
      '0',
      '1',
      '-1',
      '1e3',
      '1000',
      '1001',
      '99999999999999999999',
      'true',
      'false',
      'null',
      'open',
      'low',
    ],
    ...[
      '2026-01-31T10:00:00Z',
      '2026-01-31T10:00:00+01:00',
      '9999-12-31T23:59:59Z',
      '0000-01-01T00:00:00Z',
      'now',
    ],
    ...[
      'loyalty',
      'churn-risk',
      'issues',
      'pressure',
      'breachAt',
      'high',
      'W10',
      'eyJhIjoxfQ',
      'bnVsbA',
      '%zz',
      '%00',
    ],
    ...[
      'WyJhIl0',
      '-271821-04-20T00:00:00Z',
      '+275760-09-13T00:00:00.000Z',
      '2026-01-31T24:00:00Z',
      '%ED%A0%80',
    ],
  ),
  fc.jsonValue({ maxDepth: 2 }).map((value) => Buffer.from(JSON.stringify(value)).toString('base64url')),
  fc.string({ unit: 'grapheme', maxLength: 40 }).map((text) => encodeURIComponent(wellFormed(text))),
  latin(40).map((text) => text.replace(/#/g, '')),
);

/** What stands behind a question mark, with it; '' for nothing. */
export const wildQuery: fc.Arbitrary<string> = fc
  .array(fc.tuple(parameter, parameterValue), { maxLength: 4 })
  .map((pairs) =>
    pairs.length === 0 ? '' : `?${pairs.map(([name, value]) => `${name}=${value}`).join('&')}`,
  );

/** The text without halves of characters, which encodeURIComponent throws at. */
function wellFormed(text: string): string {
  return Buffer.from(text, 'utf8').toString('utf8');
}
