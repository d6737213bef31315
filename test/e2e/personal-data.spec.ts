import { appendFileSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { DeadBody } from '#intake';
import { allTouchpoints } from '#journey';
import type { TouchpointSchema } from '#journey';
import { loadMasterKey } from '#privacy';
import { filesBelow } from '../kit/folder-files.js';
import { Api } from '../kit/api.js';
import type { ApiAnswer, ApiRequest } from '../kit/api.js';
import { putDeadLetters } from '../kit/dead-letter-box.js';
import { ALL_PLANTED as ALL, filesWithPlanted, PLANTED, plantedIn } from '../kit/planted.js';
import { REFUSED } from '../kit/refused-events.js';
import { startServer } from '../kit/server.js';
import type { TestServer } from '../kit/server.js';
import { sentEvent } from '../kit/touchpoint.js';
import type { SentEvent } from '../kit/touchpoint.js';
import { markedData } from '../kit/touchpoint-data.js';
import { until } from '../kit/until.js';

type Item = { readonly event: { readonly id: string } };

const { name, email, phone, comment } = PLANTED;
const BATCH = { 'content-type': 'application/cloudevents-batch+json' };

/** What a publisher may send, with planted text in every sealed and every unknown field. */
const SENT = allTouchpoints().filter(({ kind }) => ['touchpoint', 'identity', 'correction'].includes(kind));

function marked(schema: TouchpointSchema, seed: number): SentEvent[] {
  return fc.sample(markedData(schema, ALL), { seed, numRuns: 3 }).map((data, i) =>
    sentEvent(schema.type, `${schema.name}-${i}`, data, {
      subject: `customer-${i}`,
      nickname: name,
      correlationid: email,
      traceparent: phone,
    }),
  );
}

describe('personal data', () => {
  const room = mkdtempSync(join(tmpdir(), 'cx-personal-'));
  const data = join(room, 'data');
  const temporary = join(room, 'tmp');
  const said: string[] = [];
  const seen: string[] = [];
  const keys: Record<string, string> = {};
  let server: TestServer;
  let admin: Api;

  const start = async () => {
    mkdirSync(temporary, { recursive: true });
    server = await startServer({
      folder: data,
      env: { CX_LOG: 'debug', TMPDIR: temporary, CX_FIRST_KEY: 'on' },
    });
    admin = new Api(server.url, server.operatorKey);
  };
  const stop = async () => {
    expect(await server.stop()).toBe(0);
    said.push(server.output());
  };

  /** Asks as a role that may not see personal data, and keeps the answer. */
  async function ask(role: string, path: string, request: ApiRequest = {}): Promise<ApiAnswer> {
    const answer = await admin.ask(path, { key: keys[role]!, ...request });
    const own = ownWords(path, request);
    const told = own.reduce((text, word) => text.replaceAll(word, ''), answer.text);
    seen.push(`${answer.status} ${JSON.stringify([...answer.headers])} ${told}`);
    expect(answer.status).toBeLessThan(500);
    return answer;
  }

  beforeAll(async () => {
    await start();
    for (const role of ['publisher', 'reader', 'auditor', 'admin']) keys[role] = await admin.mint([role]);
  });
  afterAll(async () => {
    await server.stop();
    rmSync(room, { recursive: true });
  });

  it('in every field that may hold it, known or unknown, is taken in', async () => {
    const events = SENT.flatMap((schema, i) => marked(schema, i));
    const { status, body } = await ask('publisher', '/v1/events', {
      headers: BATCH,
      body: JSON.stringify(events),
    });
    expect(status).toBe(200);
    const recorded = body.results.filter((result: { status: string }) => result.status === 'recorded');
    const types = new Set(recorded.map(({ id }: { id: string }) => id.replace(/-\d$/, '')));
    const touchpoints = SENT.filter(({ kind }) => kind === 'touchpoint').map((schema) => schema.name);
    expect(touchpoints.filter((type) => !types.has(type))).toEqual([]);
    await ask('publisher', '/v1/events', {
      headers: {
        'content-type': 'application/json',
        'idempotency-key': '"planted"',
        ...{
          'ce-specversion': '1.0',
          'ce-id': 'binary',
          'ce-source': '/crm',
          'ce-type': 'cx.IssueRaised.v1',
        },
        ...{ 'ce-subject': 'customer-0', 'ce-time': '2026-01-31T10:00:00Z' },
        ...{
          'ce-nickname': encodeURIComponent(name),
          'user-agent': name,
          'x-request-id': email,
          referer: phone,
        },
      },
      body: JSON.stringify({ issueId: 'b', category: 'x', severity: 'low', description: ALL, [name]: ALL }),
    });
    await until('the views have it', async () => {
      const { body } = await admin.ask('/v1/projections');
      return body.items.every(({ eventsBehind }: { eventsBehind: number }) => eventsBehind === 0);
    });
  });

  it('in events that are refused does not come back in the refusal', async () => {
    for (const event of REFUSED) {
      const body = JSON.stringify(event);
      const headers = {
        'content-type': 'application/cloudevents+json',
        'idempotency-key': `${email}-${String(event['id'])}`,
      };
      const { status } = await ask('publisher', '/v1/events', { headers, body });
      expect([event['id'], status]).toEqual([event['id'], 422]);
    }
    const batch = JSON.stringify(REFUSED);
    await ask('publisher', '/v1/events', { headers: BATCH, body: batch });
    const once = { ...BATCH, 'idempotency-key': phone.replaceAll(' ', '') };
    // Only refusals that stay (not an unknown type, say) are stored for the key.
    const stays = ['r5', 'r10', 'r11', 'r13'];
    const final = JSON.stringify(REFUSED.filter(({ id }) => stays.includes(String(id))));
    const first = await ask('publisher', '/v1/events', { headers: once, body: final });
    const again = await ask('publisher', '/v1/events', { headers: once, body: final });
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect(again.body.results).toEqual(first.body.results);
    for (const broken of [ALL, `{"${ALL}":1,"${ALL}":2`, batch.slice(0, -7), `${batch}${name}`, `"${ALL}"`]) {
      await ask('publisher', '/v1/events', { headers: BATCH, body: broken });
      await ask('publisher', '/v1/events', {
        headers: { 'content-type': ALL.replace(/[<>]/g, '') },
        body: broken,
      });
      await ask('publisher', `/v1/events?atomic=${encodeURIComponent(email)}`, {
        headers: BATCH,
        body: broken,
      });
    }
  });

  it('in policies that are refused does not come back either', async () => {
    const policies = [
      { policy: 'p', version: 1, effectiveFrom: ALL },
      { policy: 'p', version: 1.5, effectiveFrom: '2026-01-01T00:00:00Z', [ALL]: ALL },
    ];
    for (const kind of ['sla', 'scoring', 'business-hours', encodeURIComponent(name)]) {
      for (const json of policies)
        expect((await ask('admin', `/v1/policies/${kind}`, { json })).status).toBeGreaterThan(399);
    }
    await ask('admin', '/v1/keys', { json: { label: 7, roles: [ALL] } });
  });

  it('in what is asked for does not come back, nor into the log', async () => {
    const customers = [email, phone, name].map(encodeURIComponent);
    const roles = { reader: ['', '/loyalty', '/churn-risk', '/issues', '/timeline', '/explain/loyalty'] };
    for (const customer of customers) {
      for (const path of roles.reader) await ask('reader', `/v1/customers/${customer}${path}`);
      await ask('reader', `/v1/customers/c-1?asOf=${customer}&${customer}=1`);
      await ask('reader', `/v1/issues?team=${customer}&cursor=${customer}`);
      await ask('reader', `/v1/${customer}`);
      await ask('auditor', `/v1/audit/customers/${customer}/events`);
      await ask('auditor', `/v1/audit/customers/${customer}/replay?view=issues`);
      await ask('auditor', `/v1/dead-letters?code=${customer}`);
      await ask('admin', `/v1/keys/${customer}`, { method: 'DELETE' });
      await ask('admin', `/v1/projections/${customer}/rebuild`, { method: 'POST' });
      await ask('reader', '/v1/issues', { key: name });
    }
  });

  it('is in no answer to those who only read', async () => {
    for (const customer of ['customer-0', 'customer-1', 'customer-2']) {
      for (const path of [
        '',
        '/loyalty',
        '/churn-risk',
        '/issues',
        '/timeline',
        '/explain/loyalty',
        '/explain/churn-risk',
      ]) {
        expect((await ask('reader', `/v1/customers/${customer}${path}`)).status).toBe(200);
      }
      const closed = await ask('auditor', `/v1/audit/customers/${customer}/events?limit=1000`);
      expect(closed.body.items.length).toBeGreaterThan(10);
      for (const view of ['loyalty', 'churn-risk', 'issues']) {
        expect((await ask('auditor', `/v1/audit/customers/${customer}/replay?view=${view}`)).status).toBe(
          200,
        );
      }
    }
    for (const list of ['issues', 'issues/summary', 'churn-risk', 'loyalty', 'projections', 'policies/sla']) {
      expect((await ask('reader', `/v1/${list}`)).status).toBe(200);
    }
    for (const path of ['customers/customer-0/events?open=true', 'access']) {
      expect((await ask('reader', `/v1/audit/${path}`)).status).toBe(403);
    }
  });

  it('in dead letters is sealed; auditors may read it there', async () => {
    const bodies: DeadBody[] = [...REFUSED.map((event) => ({ event })), { text: ALL }];
    const letters = bodies.map((body, i) => ({
      ...{ tenant: 'default', origin: `kafka planted/0@${i}`, body },
      reason: { code: i === 0 ? 'personal-identifier' : 'invalid-event', detail: 'the event is not valid' },
    }));
    await putDeadLetters(data, loadMasterKey({}, data).bytes, letters);
    const list = await ask('auditor', '/v1/dead-letters');
    expect(list.body.items).toHaveLength(bodies.length);
    const read: unknown[] = [];
    for (const { id } of list.body.items)
      read.push((await admin.ask(`/v1/dead-letters/${id}`, { key: keys['auditor']! })).body.body);
    expect(read).toEqual(bodies.map((body) => JSON.parse(JSON.stringify(body))));
    expect((await ask('admin', '/v1/dead-letters/retry', { method: 'POST' })).body).toEqual({
      recorded: 0,
      refused: bodies.length,
    });
    await ask('auditor', '/v1/dead-letters');
  });

  it('B14: is opened for auditors, who see every reading: by whose key, which events, by which request', async () => {
    const { body, headers } = await admin.ask('/v1/audit/customers/customer-0/events?open=true&limit=1000', {
      key: keys['auditor']!,
    });
    const opened = body.items.map(({ opened }: { opened: unknown }) => JSON.stringify(opened));
    const raised = opened[body.items.findIndex(({ event }: Item) => event.id === 'IssueRaised-0')];
    expect(JSON.parse(raised).data.description).toBe(ALL);
    expect(JSON.parse(raised).extensions.nickname).toBe(name);
    const opens = '/v1/audit/access?action=open';
    const readings = await ask('auditor', `${opens}&customer=customer-0`);
    expect(readings.body.items).toEqual([
      {
        accessedAt: expect.stringMatching(/^\d{4}-.*Z$/),
        actor: { subject: keys['auditor']!.split('_')[1], label: 'test', roles: ['auditor'] },
        ...{ action: 'open', customer: 'customer-0', route: 'GET /v1/audit/customers/{id}/events' },
        question: 'open=true&limit=1000',
        records: body.items.length,
        detail: `0-${body.items.length - 1}`,
        requestId: headers.get('x-request-id'),
        ...{ position: expect.stringMatching(/^\d+$/), entry: expect.any(Number) },
      },
    ]);
    const all = await ask('admin', `${opens}&limit=2`);
    expect(all.body.items).toHaveLength(2);
    const rest = await ask('admin', `${opens}&cursor=${all.body.next}`);
    // Every dead letter was read once, and customer-0 once.
    expect(all.body.items.length + rest.body.items.length).toBe(REFUSED.length + 1 + 1);
    expect(rest.body.next).toBeNull();
    const letters = await ask('auditor', `${opens}&limit=1000`);
    const ids = (await ask('auditor', '/v1/dead-letters')).body.items.map(({ id }: { id: string }) => id);
    expect(letters.body.items.map(({ detail }: { detail: string }) => detail)).toEqual(
      expect.arrayContaining(ids),
    );
    expect((await ask('reader', '/v1/audit/access')).status).toBe(403);
  });

  it('is not in a rebuild, nor in what a server writes that starts with its views gone', async () => {
    for (const view of ['loyalty', 'churn-risk', 'issues']) {
      expect((await admin.ask(`/v1/projections/${view}/rebuild`, { method: 'POST' })).status).toBe(202);
      await until(`${view} is rebuilt`, async () => {
        const { body } = await admin.ask('/v1/projections');
        return !JSON.stringify(body).includes('"rebuild":{');
      });
    }
    await stop();
    for (const { path } of filesBelow(data)) if (path.startsWith('views.sqlite')) rmSync(join(data, path));
    await start();
    expect((await ask('reader', '/v1/customers/customer-0')).status).toBe(200);
    await stop();
    await start();
  });

  it('is nowhere in the files, in what the server printed, nor in any answer', async () => {
    await stop();
    expect(filesBelow(data).map(({ path }) => path)).toEqual(
      expect.arrayContaining([
        'log.sqlite',
        'views.sqlite',
        'keys.sqlite',
        'access.sqlite',
        'operations.sqlite',
      ]),
    );
    expect(filesWithPlanted(room)).toEqual([]);
    expect(said.map((text) => plantedIn(Buffer.from(text)))).toEqual([undefined, undefined, undefined]);
    expect(seen.length).toBeGreaterThan(100);
    expect(seen.filter((text) => plantedIn(Buffer.from(text)))).toEqual([]);
    expect(seen.filter((text) => /\bat .*\.[jt]s:\d+|node_modules/.test(text))).toEqual([]);
  });

  it('is sealed by a master key that lies outside the data folder, for its owner alone', () => {
    const { origin, created } = loadMasterKey({}, data);
    expect(created).toBe(false);
    expect(dirname(origin)).toBe(room);
    expect(statSync(origin).mode & 0o777).toBe(0o600);
  });

  it('would be found: in text, in UTF-16, in hexadecimal, in base64 wherever it begins, in file names', () => {
    const forms: readonly Buffer[] = [
      Buffer.from(`x${comment}`),
      Buffer.from(name.toUpperCase()),
      Buffer.from(`ab${phone.replaceAll(' ', '')}`),
      Buffer.from(phone),
      Buffer.from(name, 'utf16le'),
      Buffer.from(Buffer.from(email).toString('hex')),
      ...[0, 1, 2].flatMap((shift) =>
        [name, email, comment].map((text) =>
          Buffer.from(Buffer.from('x'.repeat(shift) + text).toString('base64')),
        ),
      ),
    ];
    expect(forms.map((bytes) => plantedIn(bytes)).filter((found) => found === undefined)).toEqual([]);
    const file = join(temporary, 'found');
    writeFileSync(file, Buffer.alloc(100_000));
    appendFileSync(file, name);
    writeFileSync(join(temporary, email), '');
    expect(filesWithPlanted(room)).toEqual(expect.arrayContaining([file, join(temporary, email)]));
  });
});

/**
 * What a refusal may say back to the caller who just said it: the id in its path, the names of its members (a pointer
 * is made of them). Values never.
 */
function ownWords(path: string, { body, json }: ApiRequest): string[] {
  const words = decodeURIComponent(path).split(/[/?=&]/);
  return [...words, ...namesIn(json ?? parsed(body))].filter((word) => word.length > 8);
}

function namesIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  const below = Object.values(value).flatMap(namesIn);
  return Array.isArray(value) ? below : [...Object.keys(value), ...below];
}

function parsed(body: ApiRequest['body']): unknown {
  try {
    return JSON.parse(String(body));
  } catch {
    return undefined;
  }
}
