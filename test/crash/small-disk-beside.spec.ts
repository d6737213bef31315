import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { StoreFault } from '#event-sourcing';
import { openKeyStore, openSideStores } from '#engines/sqlite';
import { Api, type ApiAnswer } from '../kit/api.js';
import { putDeadLetters } from '../kit/dead-letter-box.js';
import { newDataFolder, StartFailed, startServer, type TestServer } from '../kit/server.js';
import { issueRaised } from '../kit/touchpoint.js';
import { until } from '../kit/until.js';
import { describeWithSmallDisk } from './describe-with-small-disk.js';
import { SmallDisk } from './small-disk.js';

const MASTER_KEY = Buffer.alloc(32, 7);
const BATCH = { 'content-type': 'application/cloudevents-batch+json' };

const touchpoint = (id: string, subject: string) =>
  issueRaised(id, {
    subject,
    data: { issueId: id, category: 'refund', severity: 'low', description: `said in ${id}` },
  });

/** A publisher is told to wait; what is the matter, and where, is the operator's to know. */
function expectUnavailable({ status, headers, body }: ApiAnswer): void {
  expect(status).toBe(503);
  expect(headers.get('content-type')).toMatch(/^application\/problem\+json/);
  expect(headers.get('retry-after')).not.toBeNull();
  expect(body.type).toMatch(/:store-unavailable$/);
  expect(body.detail).toContain('nothing is acknowledged');
}

/** Asks again and again, until the room is used up; gives the answer that says so. */
async function untilUnavailable(ask: (time: number) => Promise<ApiAnswer>): Promise<ApiAnswer> {
  for (let time = 0; time < 500; time++) {
    const answer = await ask(time);
    if (answer.status >= 300) return answer;
  }
  throw new Error('the disk does not get full');
}

describeWithSmallDisk('a disk without room beside that of the log', () => {
  let disk: SmallDisk;
  let server: TestServer | undefined;
  let api: Api;

  beforeEach(() => {
    disk = SmallDisk.mount(64);
  });
  afterEach(async () => {
    await server?.kill();
    server = undefined;
    disk.remove();
  });

  const start = async (env: NodeJS.ProcessEnv, folder = newDataFolder()) => {
    server = await startServer({ folder, env: { CX_MASTER_KEY: MASTER_KEY.toString('base64'), ...env } });
    api = Api.of(server);
    return server;
  };
  const stop = async () => {
    expect(await server!.stop()).toBe(0);
    server = undefined;
  };
  const publish = (events: readonly object[], headers = {}) =>
    api.ask('/v1/events', { body: JSON.stringify(events), headers: { ...BATCH, ...headers } });
  const told = (words: RegExp) => until('the operator is told', () => words.test(server!.output()));

  it('keeps events of new customers out, not of known ones, and takes them in when there is room', async () => {
    await start({ CX_KEYS: `embedded:${join(disk.path, 'keys')}` });
    const acknowledged: string[] = [];
    /** A batch of customers of whom nothing was known; id and customer are one name. */
    const strangers = (batch: number) =>
      Array.from({ length: 50 }, (_, i) => touchpoint(`n-${batch}-${i}`, `n-${batch}-${i}`));
    const send = async (batch: number) => {
      const answer = await publish(strangers(batch));
      for (const { id, status } of answer.body.results ?? []) {
        expect(status).toBe('recorded');
        acknowledged.push(id as string);
      }
      return answer;
    };
    expect((await send(0)).status).toBe(200);
    disk.fillBut(0.25);
    let refused = 0;
    expectUnavailable(await untilUnavailable((time) => send((refused = time + 1))));
    await told(/no room left to write \S*keys\.sqlite: make room/);
    const known = await publish([touchpoint('known', 'n-0-0')]);
    expect(known.body.results).toMatchObject([{ id: 'known', status: 'recorded' }]);

    disk.makeRoom();
    expect((await send(refused)).status).toBe(200);
    for (const id of acknowledged) {
      const { body } = await api.ask(`/v1/audit/customers/${id}/events?open=true`);
      const said = body.items.map((item: { opened: { data: object } }) => item.opened.data);
      const extra = id === 'n-0-0' ? [{ description: 'said in known' }] : [];
      expect(said).toMatchObject([{ description: `said in ${id}` }, ...extra]);
    }
    await stop();
  }, 120_000);

  it('keeps answers, retries and keys from being acknowledged, and goes on when there is room', async () => {
    const views = join(disk.path, 'views');
    await start({ CX_VIEWS: `embedded:${views}` });
    // The customer's key, and the tenant's own for kept answers, are there while there is room.
    await publish([touchpoint('first', 'c-1')], { 'idempotency-key': 'first' });
    const letters = Array.from({ length: 40 }, (_, i) => ({
      ...{ tenant: 'default', origin: `kafka t/0@${i}`, reason: { code: 'not-yet', detail: 'later' } },
      body: { event: touchpoint(`letter-${i}`, 'c-1') },
    }));
    await putDeadLetters(views, MASTER_KEY, letters);
    const ids = (await api.ask('/v1/dead-letters')).body.items.map(({ id }: { id: string }) => id as string);
    expect(ids).toHaveLength(40);
    disk.fillBut(0);

    const once = (time: number) =>
      publish([touchpoint(`once-${time}`, 'c-1')], { 'idempotency-key': `key-${time}` });
    // C20: the events are recorded, so that is answered, though the answer itself cannot be stored.
    let last = -1;
    await until('the operator is told', async () => {
      expect((await once(++last)).status).toBe(200);
      return /idempotent answer not stored.*operations-store-full/.test(server!.output());
    });
    const retry = (time: number) => api.ask(`/v1/dead-letters/${ids[time]}/retry`, { method: 'POST' });
    let tried = 0;
    expectUnavailable(await untilUnavailable((time) => retry((tried = time))));
    const minted: string[] = [];
    const mint = async () => {
      const answer = await api.ask('/v1/keys', { json: { label: 'one more', roles: ['reader'] } });
      if (answer.status < 300) minted.push(answer.body.key as string);
      return answer;
    };
    expectUnavailable(await untilUnavailable(mint));
    expect((await api.ask('/health/live')).status).toBe(200);
    expect((await publish([touchpoint('plain', 'c-1')])).status).toBe(200);

    disk.makeRoom();
    const [answered, again] = [await once(last), await once(last)];
    expect(answered.status).toBe(200);
    expect(again.text).toBe(answered.text);
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    for (let time = tried; time < ids.length; time++) expect((await retry(time)).status).toBe(200);
    const kept = (await api.ask('/v1/dead-letters?state=recorded')).body.items as { position: string }[];
    expect(new Set(kept.map(({ position }) => position)).size).toBe(40);
    for (const key of minted) expect((await api.as(key).ask('/v1/issues')).status).toBe(200);
    const events = await api.ask('/v1/audit/customers/c-1/events?limit=1000');
    const found = events.body.items.map(({ event }: { event: { id: string } }) => event.id) as string[];
    const sent = [
      ...['first', 'plain', ...Array.from({ length: last + 1 }, (_, time) => `once-${time}`)],
      ...letters.map((_, i) => `letter-${i}`),
    ];
    expect(found.sort()).toEqual(sent.sort());
    const position = events.body.items.at(-1).position as string;
    await until(
      'the views show it',
      async () => (await api.ask(`/v1/customers/c-1?after=${position}`)).status === 200,
    );
    await stop();
  }, 120_000);

  it.each([
    ['CX_STORE', 'log.sqlite'],
    ['CX_VIEWS', 'operations.sqlite'],
    ['CX_KEYS', 'keys.sqlite'],
  ])('that is read-only, or full, under %s is said at the start in one line', async (setting) => {
    const place = join(disk.path, 'data');
    const isStore = setting === 'CX_STORE';
    const folder = isStore ? place : newDataFolder();
    const env = isStore ? {} : { [setting]: `embedded:${place}` };
    const failure = async () => {
      const failed = await start(env, folder).catch((error: unknown) => error);
      if (!(failed instanceof StartFailed)) throw new Error('it started');
      expect(failed.code).toBe(1);
      expect(failed.printed.trim().split('\n')).toHaveLength(1);
      return failed.printed;
    };
    mkdirSync(place);
    disk.setReadOnly(true);
    const printed = await failure();
    expect(printed).toContain('the disk is read-only');
    expect(printed).toContain(setting);
    disk.setReadOnly(false);
    disk.fillBut(0);
    expect(await failure()).toContain('make room');
    disk.makeRoom();
    await start(env, folder);
    expect((await publish([touchpoint('e', 'c-1')])).status).toBe(200);
    await stop();
  });

  it('that is read-only is a fault of each store, in words', async () => {
    disk.setReadOnly(true);
    const folder = disk.path;
    for (const open of [
      () => openKeyStore({ folder, masterKey: MASTER_KEY }),
      async () => (await openSideStores({ operations: { folder } })).operations,
      async () => (await openSideStores({ access: { folder } })).access,
    ]) {
      const fault = await open().catch((error: unknown) => error);
      expect(fault).toBeInstanceOf(StoreFault);
      expect((fault as StoreFault).message).toContain('writable');
    }
    disk.setReadOnly(false);
  });
});
