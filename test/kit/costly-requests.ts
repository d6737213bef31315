import { hash } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import type { TestServer } from './server.js';
import { issueRaised } from './touchpoint.js';

/** A request that is made to cost much for its size: head and body have at most 10,000 bytes. */
export interface CostlyRequest {
  readonly name: string;
  readonly method?: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

/** What head and body may have; the key and the request line take some hundred bytes of 10,000. */
const MOST = 9_500;

const STRUCTURED = { 'content-type': 'application/cloudevents+json' };
const BATCH = { 'content-type': 'application/cloudevents-batch+json' };
const LINES = { 'content-type': 'application/x-ndjson' };
const JSON_TYPE = { 'content-type': 'application/json' };

/** As many copies as fit, with a separator between. */
const filled = (part: string, separator = ',', most = MOST) =>
  Array(Math.floor(most / (part.length + separator.length)))
    .fill(part)
    .join(separator);

/** As many different copies as fit. */
function different(make: (i: number) => string, separator = ',', most = MOST): string {
  const parts: string[] = [];
  for (let i = 0, length = 0; ; i++) {
    const part = make(i);
    length += part.length + separator.length;
    if (length > most) return parts.join(separator);
    parts.push(part);
  }
}

/** What may come out of a packed body of `MOST` bytes: 64 KiB, and fifty times what went in. */
const MOST_UNPACKED = 65_536 + 50 * MOST;
/** Letters that hardly shrink, so that as much may come out of a body as of any of its size. */
const RANDOM = hash('sha512', 'seed', 'base64').slice(0, 80);
const noise = (length: number) =>
  Array.from({ length: Math.ceil(length / 80) }, (_, i) =>
    hash('sha512', `${RANDOM}${i}`, 'base64').slice(0, 80),
  ).join('');

/** As many parts as may come out of a packed body of `MOST` bytes, which is filled up with noise. */
function packed(pack: Pack, make: (i: number) => string, [before, after]: Frame): Buffer {
  const whole = (count: number, filling: number) =>
    pack(`${before}${Array.from({ length: count }, (_, i) => make(i)).join('')}${after(noise(filling))}`);
  const most = Math.floor((MOST_UNPACKED - 15_000) / make(0).length);
  const count = last(most, (n) => whole(n, 0).length <= MOST);
  return whole(
    count,
    last(14_000, (n) => whole(count, n).length <= MOST),
  );
}

type Pack = (text: string) => Buffer;
type Frame = readonly [before: string, after: (noise: string) => string];

/** The largest number up to `most` for which it holds, give or take a hundred. */
function last(most: number, holds: (n: number) => boolean): number {
  if (holds(most)) return most;
  let [yes, no] = [0, most];
  while (no - yes > 100) {
    const middle = Math.floor((yes + no) / 2);
    if (holds(middle)) yes = middle;
    else no = middle;
  }
  return yes;
}

/** The smallest event that is good. */
const small = (i: number) =>
  `{"specversion":"1.0","type":"cx.CustomerGreeted.v1","source":"s","id":"${i}","subject":"c","time":"2026-01-01T00:00:00Z","data":{"contactId":"c"}}`;

const events = (name: string, body: string, more: Partial<CostlyRequest> = {}): CostlyRequest => ({
  name,
  path: '/v1/events',
  headers: BATCH,
  body: `[${body}]`,
  ...more,
});

const text = (event: object) => JSON.stringify(event);
const base = { specversion: '1.0', source: 's', subject: 'c', time: '2026-01-01T00:00:00Z' };

const JSON_TEXTS: readonly CostlyRequest[] = [
  events('a long name above many wrong numbers', `{"${'n'.repeat(500)}":[${filled('1e999', ',', 8_900)}]}`),
  events('a name too long', `{"${'n'.repeat(9_400)}":[1e999]}`),
  events('a number of 9,000 digits', `0.1${'0'.repeat(9_000)}1`),
  events('many numbers of 64 digits', filled(`0.${'1'.repeat(60)}`)),
  events('lists within lists', '['.repeat(4_700) + ']'.repeat(4_700)),
  events('many small lists within lists', filled(`${'['.repeat(31)}${']'.repeat(31)}`)),
  events('many zeros', filled('0')),
  events('many empty objects', filled('{}')),
  events('one member named again and again', `{${filled('"a":1')}}`),
  events('many members', `{${different((i) => `"${i}":1`)}}`),
  events('a text of backslashes', `"${'\\\\'.repeat(4_700)}"`),
  events('a text of quotes', `"${'\\"'.repeat(4_700)}"`),
  events('blanks', ' '.repeat(9_400)),
  events('line ends before something wrong', `${'\n'.repeat(9_400)}!`),
];

const EVENTS: readonly CostlyRequest[] = [
  events('many good events', different(small)),
  events('many types that are not known', filled('{"type":"cx.Abcdefgh.v1"}')),
  events('types of 64 characters', filled(`{"type":"${'x'.repeat(64)}"}`)),
  events(
    'many wrong words',
    different((i) => text({ ...base, id: `${i}`, type: 'cx.IssueRaised.v1', data: { severity: 'hgih' } })),
  ),
  events(
    'many extensions',
    text({ ...issueRaised('x'), ...Object.fromEntries(Array.from({ length: 800 }, (_, i) => [`x${i}`, 1])) }),
  ),
  events(
    'attributes with wrong names',
    text({ ...issueRaised('x'), ...Object.fromEntries(Array.from({ length: 800 }, (_, i) => [`X${i}`, 1])) }),
  ),
  events(
    'many unknown fields',
    text(
      issueRaised('fields', {
        data: {
          ...(issueRaised('x').data as object),
          ...Object.fromEntries(Array.from({ length: 900 }, (_, i) => [`f${i}`, 1])),
        },
      }),
    ),
  ),
  events(
    'needs with unknown fields',
    text({
      ...base,
      id: 'needs',
      type: 'cx.NeedsIdentified.v1',
      data: {
        contactId: 'c',
        needs: Array.from({ length: 100 }, (_, i) => ({ need: `n${i}`, more: { of: i } })),
      },
    }),
  ),
  events(
    'retractions',
    different((i) =>
      text({
        ...base,
        id: `r${i}`,
        type: 'cx.EventRetracted.v1',
        data: { eventSource: 's', eventId: `${i}`, reason: 'x' },
      }),
    ),
  ),
  events(
    'merges',
    different((i) =>
      text({ ...base, id: `m${i}`, type: 'cx.CustomersMerged.v1', data: { mergedId: `c${i}` } }),
    ),
  ),
  events(
    'new customers',
    different((i) => small(i).replace('"c"', `"k${i}"`)),
  ),
  events(
    'ids like telephone numbers',
    different((i) => small(i).replace('"subject":"c"', `"subject":"+${'(1'.repeat(60)}"`)),
  ),
  events(
    'ids like addresses',
    different((i) => small(i).replace('"subject":"c"', `"subject":"x@${'1.'.repeat(60)}"`)),
  ),
  events(
    'data in base64',
    text({
      ...base,
      id: 'b',
      type: 'cx.IssueRaised.v1',
      data_base64: Buffer.from(`{"a":[${filled('1e999', ',', 6_000)}]}`).toString('base64'),
    }),
  ),
  {
    name: 'binary mode with many headers',
    path: '/v1/events',
    headers: {
      ...JSON_TYPE,
      'ce-specversion': '1.0',
      ...Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`ce-x${i}`, '%C3%B6'])),
    },
    body: '{}',
  },
];

const encoded = { gzip: (text: string) => gzipSync(text), zstd: (text: string) => zstdCompressSync(text) };

const PACKED: readonly CostlyRequest[] = Object.entries(encoded).flatMap(([encoding, pack]) => {
  const request = (name: string, type: Readonly<Record<string, string>>, body: Buffer): CostlyRequest => ({
    name: `${encoding}: ${name}`,
    path: '/v1/events',
    headers: { ...type, 'content-encoding': encoding },
    body,
  });
  const list: Frame = ['[', (noise) => `"${noise}"]`];
  const whole: Frame = ['', (noise) => `"${noise}"`];
  return [
    request('blanks', BATCH, pack(' '.repeat(5_000_000))),
    request('blanks, as many as may come out', BATCH, pack(' '.repeat(65_000))),
    request(
      'zeros',
      BATCH,
      packed(pack, () => '0,', list),
    ),
    request(
      'good events',
      BATCH,
      packed(pack, (i) => `${small(i % 10)},`, list),
    ),
    request(
      'good events, all different',
      BATCH,
      packed(pack, (i) => `${small(i)},`, list),
    ),
    request(
      'lines of good events',
      LINES,
      packed(pack, (i) => `${small(i)}\n`, whole),
    ),
    request(
      'lines of zeros',
      LINES,
      packed(pack, () => '0\n', whole),
    ),
    request(
      'blank lines',
      LINES,
      packed(pack, () => '\n', whole),
    ),
    request(
      'lines that are no JSON',
      LINES,
      packed(pack, () => '{\n', whole),
    ),
    request('a long text', STRUCTURED, pack(`"${'x'.repeat(400_000)}"`)),
    request('a policy of blanks', JSON_TYPE, pack(' '.repeat(400_000))),
  ];
});

const FRAMES: readonly CostlyRequest[] = [
  {
    name: 'empty frames',
    path: '/v1/events',
    headers: { ...LINES, 'content-encoding': 'zstd' },
    body: Buffer.concat(Array(700).fill(zstdCompressSync(''))),
  },
  {
    name: 'empty members',
    path: '/v1/events',
    headers: { ...LINES, 'content-encoding': 'gzip' },
    body: Buffer.concat(Array(470).fill(gzipSync(''))),
  },
];

const hours = { policy: 'p', version: 1, effectiveFrom: '2026-01-01T00:00:00Z', zone: 'Europe/Berlin' };

const OTHERS: readonly CostlyRequest[] = [
  {
    name: 'a key with many members',
    path: '/v1/keys',
    headers: JSON_TYPE,
    body: `{${different((i) => `"m${i}":1`)}}`,
  },
  {
    name: 'many roles',
    path: '/v1/keys',
    headers: JSON_TYPE,
    body: `{"label":"x","roles":[${filled('"reader"')}]}`,
  },
  {
    name: 'many opening hours',
    path: '/v1/policies/business-hours',
    headers: JSON_TYPE,
    body: text({ ...hours, weekly: Array(140).fill({ day: 'monday', opens: '00:00', closes: '00:01' }) }),
  },
  {
    name: 'many closed days',
    path: '/v1/policies/business-hours',
    headers: JSON_TYPE,
    body: text({ ...hours, weekly: [], closedDays: Array(700).fill('2026-12-25') }),
  },
  {
    name: 'a policy with many unknown fields',
    path: '/v1/policies/scoring',
    headers: JSON_TYPE,
    body: `{"policy":"p","version":1,${different((i) => `"m${i}":1`, ',', 9_000)}}`,
  },
  { name: 'a cursor of 8,000 letters', method: 'GET', path: `/v1/churn-risk?cursor=${'A'.repeat(8_000)}` },
  {
    name: 'many parameters',
    method: 'GET',
    path: `/v1/churn-risk?${different((i) => `p${i}=1`, '&', 8_000)}`,
  },
  {
    name: 'one parameter many times',
    method: 'GET',
    path: `/v1/churn-risk?${filled('band=low', '&', 8_000)}`,
  },
  { name: 'a customer of 8,000 letters', method: 'GET', path: `/v1/customers/${'%2E'.repeat(2_600)}` },
  { name: 'a path of slashes', method: 'GET', path: `/${'/'.repeat(8_000)}` },
  {
    name: 'many known ETags',
    method: 'GET',
    path: '/v1/churn-risk',
    headers: { 'if-none-match': filled('W/"x"', ', ', 7_000) },
  },
  {
    name: 'a token of dots',
    method: 'GET',
    path: '/v1/churn-risk',
    headers: { authorization: `Bearer ${'a.'.repeat(4_000)}` },
  },
  {
    name: 'a media type of blanks',
    path: '/v1/events',
    headers: { 'content-type': `application/json;${' '.repeat(8_000)}charset` },
    body: '{}',
  },
];

export const COSTLY_REQUESTS: readonly CostlyRequest[] = [
  ...JSON_TEXTS,
  ...EVENTS,
  ...PACKED,
  ...FRAMES,
  ...OTHERS,
];

/** Sends one, with the server's first key unless it names another. */
export function sendCostly(
  server: TestServer,
  { method = 'POST', path, headers, body }: CostlyRequest,
): Promise<{ status: number; bytes: number }> {
  return new Promise((resolve, reject) => {
    const sent = httpRequest(new URL(server.url), {
      method,
      path,
      headers: { authorization: `Bearer ${server.key}`, ...headers },
    });
    sent.once('error', reject);
    sent.once('response', (response) => {
      let bytes = 0;
      response.on('data', (piece: Buffer) => (bytes += piece.length));
      response.once('end', () => resolve({ status: response.statusCode!, bytes }));
    });
    sent.end(body);
  });
}
