import { createHash } from 'node:crypto';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Api } from '../kit/api.js';
import type { ApiRequest } from '../kit/api.js';
import { startServer } from '../kit/server.js';
import type { TestServer } from '../kit/server.js';
import { issueRaised } from '../kit/touchpoint.js';

const STRUCTURED = { 'content-type': 'application/cloudevents+json' };
const BATCH = { 'content-type': 'application/cloudevents-batch+json' };

describe('publishing over HTTP', () => {
  let server: TestServer;
  let api: Api;
  const post = (request: ApiRequest, query = '') =>
    api.ask(`/v1/events${query}`, { method: 'POST', ...request });
  const recordedEvent = async (customer: string) => {
    const { body } = await api.ask(`/v1/audit/customers/${encodeURIComponent(customer)}/events?open=true`);
    return body.items.at(-1);
  };

  beforeAll(async () => {
    server = await startServer();
    api = Api.of(server);
  });
  afterAll(() => server.stop());

  describe('one event', () => {
    it('is recorded once, however often it is sent', async () => {
      const body = JSON.stringify(issueRaised('once'));
      const first = await post({ headers: STRUCTURED, body });
      expect(first.status).toBe(200);
      expect(first.body.results).toEqual([
        {
          id: 'once',
          status: 'recorded',
          position: expect.stringMatching(/^\d+$/),
          revision: expect.any(Number),
        },
      ]);
      const again = await post({ headers: STRUCTURED, body });
      expect(again.body.results).toEqual([{ ...first.body.results[0], status: 'duplicate' }]);
    });

    it('with the id of another is refused with 409, and nothing is recorded', async () => {
      await api.publish(issueRaised('reused'));
      const other = issueRaised('reused', {
        data: { issueId: 'other', category: 'refund', severity: 'low' },
      });
      const { status, body } = await post({ headers: STRUCTURED, body: JSON.stringify(other) });
      expect(status).toBe(409);
      expect(body.type).toBe('urn:cx-ledger:problem:id-reused');
    });

    it('B5: names the member that differs from the event recorded under the id', async () => {
      await post({ headers: STRUCTURED, body: JSON.stringify(issueRaised('differs')) });
      const other = issueRaised('differs', { time: '2026-01-31T10:00:02+01:00' });
      const { status, body } = await post({ headers: STRUCTURED, body: JSON.stringify(other) });
      expect([status, body.errors.map(({ pointer }: { pointer: string }) => pointer)]).toEqual([
        ...[409, ['/id', '/time']],
      ]);
    });

    it('B7: is answered with a warning where a field is nearly spelt like a known one', async () => {
      const data = { issueId: 'near', category: 'billing', severity: 'low', Team: 'a', sentimnt: 0.5 };
      const { body } = await post({
        headers: STRUCTURED,
        body: JSON.stringify(issueRaised('near', { data })),
      });
      expect(body.results[0]).toMatchObject({
        status: 'recorded',
        warnings: [{ pointer: '/data/Team' }, { pointer: '/data/sentimnt' }],
      });
    });

    it('A11: is refused where it is a policy with a field that no schema knows', async () => {
      const json = { policy: 'fast', version: 1, weigths: { attitude: 2 } };
      const { status, body } = await api.ask('/v1/policies/scoring', { json });
      expect([status, body.errors]).toEqual([
        422,
        [{ pointer: '/weigths', detail: 'this field is not known; did you mean `weights`?' }],
      ]);
    });

    it('may come in binary mode, its attributes in headers', async () => {
      const { status } = await post({
        headers: {
          'ce-specversion': '1.0',
          'ce-id': 'binary',
          'ce-source': '/crm',
          'ce-type': 'cx.IssueRaised.v1',
          'ce-subject': 'Caf%C3%A9%20100%25',
          'ce-time': '2026-01-31T10:00:00+01:00',
          'ce-traceparent': '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
          'content-type': 'application/json',
        },
        body: JSON.stringify({ issueId: 'i', category: 'refund', severity: 'high', mood: 'new field' }),
      });
      expect(status).toBe(200);
      const { event, opened } = await recordedEvent('Café 100%');
      expect(event).toMatchObject({ id: 'binary', source: '/crm', occurredAt: '2026-01-31T10:00:00+01:00' });
      expect(JSON.stringify(event)).not.toContain('new field');
      expect(opened.data.mood).toBe('new field');
    });

    it('may carry its data in base64', async () => {
      const data = Buffer.from(JSON.stringify({ issueId: 'b64', category: 'refund', severity: 'low' }));
      const { data: _, ...event } = issueRaised('base64', { subject: 'c-base64' });
      const { status } = await post({
        headers: STRUCTURED,
        body: JSON.stringify({
          ...event,
          datacontenttype: 'application/json',
          data_base64: data.toString('base64'),
        }),
      });
      expect(status).toBe(200);
      expect((await recordedEvent('c-base64')).event.data.issueId).toBe('b64');
    });
  });

  describe('a batch', () => {
    it('answers for each event, in the order sent', async () => {
      const events = [
        issueRaised('b1'),
        issueRaised('b2', { type: 'cx.Nonsense.v1' }),
        'no event',
        issueRaised('b1'),
      ];
      const { status, body } = await post({ headers: BATCH, body: JSON.stringify(events) });
      expect(status).toBe(200);
      expect(body.results.map(({ id, status: what }: { id: string; status: string }) => [id, what])).toEqual([
        ['b1', 'recorded'],
        ['b2', 'rejected'],
        [null, 'rejected'],
        ['b1', 'duplicate'],
      ]);
      expect(body.results[1].problem).toMatchObject({
        type: 'urn:cx-ledger:problem:unknown-type',
        status: 422,
      });
    });

    it('is taken from plain JSON by its shape', async () => {
      const { body } = await post({ json: [issueRaised('plain-1'), issueRaised('plain-2')] });
      expect(body.results).toHaveLength(2);
      expect((await post({ json: issueRaised('plain-3') })).body.results[0].status).toBe('recorded');
    });

    it('refuses only the event whose JSON cannot be kept', async () => {
      const good = JSON.stringify(issueRaised('kept'));
      const twice = JSON.stringify(issueRaised('twice')).replace('"category":', '"category":"x","category":');
      const lossy = JSON.stringify(issueRaised('lossy')).replace(
        '"category":',
        '"n":12345678901234567890,"category":',
      );
      const { body } = await post({ headers: BATCH, body: `[${twice},${good},${lossy}]` });
      expect(body.results.map(({ status }: { status: string }) => status)).toEqual([
        'rejected',
        'recorded',
        'rejected',
      ]);
      expect(body.results[0].problem).toMatchObject({
        type: 'urn:cx-ledger:problem:duplicate-key',
        errors: [{ pointer: '/data/category' }],
      });
      expect(body.results[2].problem.errors).toEqual([expect.objectContaining({ pointer: '/data/n' })]);
    });

    it('records all or none when it is atomic', async () => {
      const refused = await post(
        { json: [issueRaised('all-1'), issueRaised('all-2', { time: undefined })] },
        '?atomic=true',
      );
      expect(refused.status).toBe(422);
      expect(refused.body.type).toBe('urn:cx-ledger:problem:none-recorded');
      expect(refused.body.results.map(({ problem }: { problem: { type: string } }) => problem.type)).toEqual([
        'urn:cx-ledger:problem:abandoned',
        'urn:cx-ledger:problem:invalid-event',
      ]);
      const taken = await post({ json: [issueRaised('all-1'), issueRaised('all-2')] }, '?atomic=true');
      expect(taken.body.results.map(({ status }: { status: string }) => status)).toEqual([
        'recorded',
        'recorded',
      ]);
    });

    it('may be packed, as long as it does not grow too large', async () => {
      const packed = (id: string) => Buffer.from(JSON.stringify([issueRaised(id)]));
      const zip = await post({
        headers: { ...BATCH, 'content-encoding': 'gzip' },
        body: gzipSync(packed('zip')),
      });
      expect(zip.body.results[0].status).toBe('recorded');
      const zstd = await post({
        headers: { ...BATCH, 'content-encoding': 'zstd' },
        body: zstdCompressSync(packed('zstd')),
      });
      expect(zstd.body.results[0].status).toBe('recorded');
      const events = [packed('frame-1'), packed('frame-2')].map((text) => text.slice(1, -1)).join();
      const frames = await post({
        headers: { ...BATCH, 'content-encoding': 'zstd' },
        body: Buffer.concat([zstdCompressSync('['), zstdCompressSync(events), zstdCompressSync(']')]),
      });
      const statuses = frames.body.results.map(({ status }: { status: string }) => status);
      expect(statuses).toEqual(['recorded', 'recorded']);
      const bomb = gzipSync(Buffer.alloc(70 * 1024 * 1024, ' '));
      const refused = await post({ headers: { ...BATCH, 'content-encoding': 'gzip' }, body: bomb });
      expect([refused.status, refused.body.type]).toEqual([413, 'urn:cx-ledger:problem:expanded-too-large']);
      const unknown = await post({ headers: { ...BATCH, 'content-encoding': 'br' }, body: packed('br') });
      expect([unknown.status, unknown.body.type]).toEqual([
        415,
        'urn:cx-ledger:problem:unsupported-encoding',
      ]);
      const broken = await post({ headers: { ...BATCH, 'content-encoding': 'gzip' }, body: packed('no') });
      expect(broken.status).toBe(400);
    });
  });

  it('keeps members that would reach a prototype as what they are: unknown fields', async () => {
    const text = JSON.stringify(issueRaised('proto', { subject: 'c-proto' }));
    const body = text.replace(
      '"category":',
      '"__proto__":{"admin":true},"constructor":{"prototype":{}},"category":',
    );
    expect((await post({ headers: STRUCTURED, body })).status).toBe(200);
    const { opened } = await recordedEvent('c-proto');
    expect(Object.keys(opened.data)).toEqual(expect.arrayContaining(['__proto__', 'constructor']));
  });

  it('B16: shows recorded events with a hash that a stranger recomputes from the bytes, or as RFC 8785', async () => {
    const data = {
      issueId: 'ä😀',
      category: 'x\u2028',
      severity: 'high',
      9: 1e-7,
      10: -0.5,
      zeta: { b: [], a: '€' },
    };
    await api.publish(
      issueRaised('hashed', { subject: 'c-hash', data }),
      issueRaised('too', { subject: 'c-hash' }),
    );
    const sha256 = (text: string) => createHash('sha256').update(text, 'utf8').digest('hex');
    // RFC 8785: members by UTF-16 code units, everything else as ECMAScript prints it.
    const canonical = (value: unknown): string => {
      if (typeof value !== 'object' || value === null) return JSON.stringify(value);
      if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
      const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
      return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${canonical(member)}`).join(',')}}`;
    };
    for (const query of ['', '?open=true']) {
      const { text, body } = await api.ask(`/v1/audit/customers/c-hash/events${query}`);
      expect(body.items).toHaveLength(2);
      for (const item of body.items) {
        expect(item.hash).toMatch(/^[0-9a-f]{64}$/);
        expect(sha256(canonical(item.event))).toBe(item.hash);
        // And the bytes of the answer are that text: from the member's name to the brace that ends the object.
        const from = text.indexOf('"event":', text.indexOf(item.hash)) + '"event":'.length;
        expect(sha256(objectAt(text, from))).toBe(item.hash);
        expect(item).toMatchObject({ position: expect.any(String), entry: expect.any(Number) });
        expect(item.opened === undefined).toBe(query === '');
      }
    }
    const document = (await api.ask('/openapi.json')).body;
    const events = document.components.schemas['recorded-events'];
    expect(events.properties.items.items.properties.hash.description).toMatch(/SHA-256.*RFC 8785.*UTF-8/);
  });
});

/** The JSON object that begins there, as it is written. */
function objectAt(text: string, from: number): string {
  for (let depth = 0, at = from; ; at++) {
    if (text[at] === '"') while (text[++at] !== '"') if (text[at] === '\\') at++;
    if (text[at] === '{') depth++;
    if (text[at] === '}' && --depth === 0) return text.slice(from, at + 1);
  }
}
