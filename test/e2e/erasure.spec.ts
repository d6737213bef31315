import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { digestRecord, leafHash } from '#ledger';
import { provesInclusion } from '../kit/verify-proofs.js';
import { keyDigest, sealingKeysOf, unwrap, wrappingKey } from '#privacy';
import { filesHolding } from '../kit/folder-files.js';
import { LedgerProcess, MASTER_KEY } from '../kit/ledger-process.js';
import { filesWithPlanted, PLANTED } from '../kit/planted.js';
import { issueRaised, sentEvent } from '../kit/touchpoint.js';
import { until } from '../kit/until.js';

/** A customer and three identities that are merged into it, one of them by another. */
const PERSON = ['C-1', 'C-2', 'card/3', 'contact:4'];
const OTHER = 'C-9';

const about = (subject: string, n: number) => [
  sentEvent(
    'cx.CustomerIdentified.v1',
    `who-${n}`,
    {
      ...{ name: PLANTED.name, email: PLANTED.email, phone: PLANTED.phone },
      aliases: [{ scheme: 'crm', value: `${PLANTED.name} ${n}` }],
    },
    { subject, nickname: PLANTED.name },
  ),
  issueRaised(`issue-${n}`, { subject }),
  sentEvent(
    'cx.FeedbackGiven.v1',
    `feedback-${n}`,
    { survey: 'csat', score: 2, comment: PLANTED.comment },
    { subject },
  ),
];

describe('13.3: erasing a customer with three linked identities', () => {
  const ledger = new LedgerProcess();
  const temporary = join(dirname(ledger.folder), 'tmp');
  let needles: ReadonlyMap<string, Buffer>;
  let digests: readonly string[];
  let summary: unknown;
  let certificate: Record<string, unknown> & { id: string; members: Member[] };

  interface Member {
    readonly customer: string;
    readonly keyDigest: string;
    readonly aliases: number;
    readonly event: {
      readonly entry: number;
      readonly position: string;
      readonly hash: string;
      readonly inclusion: { size: number; root: string; leaf: string; proof: string[] };
    };
  }

  const ask = (path: string, request = {}) => ledger.api.ask(path, request);
  const of = (customer: string, rest = '') => `/v1/customers/${encodeURIComponent(customer)}${rest}`;
  /** Whom the alias finds that was stated by the nth identity. */
  const byAlias = async (n: number) => {
    const alias = encodeURIComponent(`crm:${PLANTED.name} ${n}`);
    const { body } = await ask(`/v1/customers?alias=${alias}`);
    return body.items.map(({ customer }: { customer: string }) => customer) as string[];
  };
  const counts = async () => {
    const summed = [];
    for (const path of ['/v1/churn-risk/summary', '/v1/loyalty/summary', '/v1/issues/summary']) {
      const { body } = await ask(`${path}?asOf=2026-03-01T00:00:00Z`);
      summed.push({ ...body, position: undefined });
    }
    return summed;
  };

  /** Secrets of the person, their wrapped forms and derived keys, and alias hashes, by what they are. */
  function keyMaterial(): Map<string, Buffer> {
    const database = new DatabaseSync(join(ledger.folder, 'keys.sqlite'), { readOnly: true });
    const rows = database.prepare('SELECT customer, wrapped FROM secrets').all();
    const aliases = database.prepare('SELECT customer, hash FROM alias').all();
    database.close();
    const found = new Map<string, Buffer>();
    for (const { customer, wrapped } of rows as { customer: string; wrapped: Uint8Array }[]) {
      if (!PERSON.includes(customer)) continue;
      const secret = unwrap(wrappingKey(MASTER_KEY), { tenant: 'default', customer }, wrapped)!;
      const { encryption, nonce, contentHash } = sealingKeysOf(secret);
      for (const [name, bytes] of Object.entries({ wrapped, secret, encryption, nonce, contentHash }))
        found.set(`${name} of ${customer}`, Buffer.from(bytes));
    }
    for (const { customer, hash } of aliases as { customer: string; hash: Uint8Array }[])
      if (PERSON.includes(customer)) found.set(`alias of ${customer}`, Buffer.from(hash));
    return found;
  }

  /** Where key material stands, in bytes, hexadecimal or base64. */
  function filesWithKeyMaterial(): string[] {
    const found: string[] = [];
    const look = (bytes: Buffer, path: string) => {
      const text = bytes.toString('latin1');
      for (const [name, needle] of needles)
        if (
          bytes.includes(needle) ||
          text.includes(needle.toString('hex')) ||
          text.includes(needle.toString('base64').slice(0, -4))
        )
          found.push(`${path}: ${name}`);
      return false;
    };
    for (const folder of [ledger.folder, temporary]) filesHolding(folder, look);
    return found;
  }

  beforeAll(async () => {
    mkdirSync(temporary, { recursive: true });
    ledger.set({ TMPDIR: temporary, CX_BACKUP_DAYS: '14' });
    await ledger.start();
    const events = [...PERSON, OTHER].flatMap((customer, i) => about(customer, i));
    const headers = { 'content-type': 'application/cloudevents-batch+json', 'idempotency-key': 'k-1' };
    await ask('/v1/events', { body: JSON.stringify(events), headers });
    for (const [survivor, mergedId] of [
      ['C-2', 'card/3'],
      ['C-1', 'C-2'],
      ['C-1', 'contact:4'],
    ] as const)
      expect((await ask(of(survivor, '/merge'), { json: { mergedId } })).status).toBe(200);
    needles = keyMaterial();
    digests = [...needles].flatMap(([name, bytes]) => (name.startsWith('secret') ? [keyDigest(bytes)] : []));
    const { body } = await ask(of('C-1'));
    expect(body).toMatchObject({ customer: 'C-1', known: true });
    summary = await counts();
  });
  afterAll(() => ledger.remove());

  it('destroys the keys of all four, and says which', async () => {
    expect([needles.size, filesWithKeyMaterial().length > 0]).toEqual([24, true]);
    expect(await byAlias(1)).toEqual(['C-1']);
    const erased = await ask(of('card/3', '/erasure'), { json: { reason: 'request 4711' } });
    expect([erased.status, erased.body]).toEqual([
      200,
      expect.objectContaining({ customer: 'card/3', status: 'finished', reason: 'request 4711' }),
    ]);
    expect(erased.body.members.map(({ customer }: Member) => customer)).toEqual(PERSON);
    expect(erased.body.members.map((one: Member) => one.keyDigest).sort()).toEqual([...digests].sort());
    const { status, body } = await ask(of('C-9', '/erasure'), { json: { reasons: 'x' } });
    expect([status, body.type.split(':').at(-1)]).toEqual([422, 'invalid-erasure-request']);
    const named = await ask(of('C-9', '/erasure'), {
      json: { reason: 'letter of jane@example.com, 2 March' },
    });
    expect([named.status, named.body.errors]).toEqual([
      422,
      [{ pointer: '/reason', detail: expect.stringContaining('must not hold an e-mail address') }],
    ]);
    expect((await ask(of('nobody', '/erasure'), { json: { reason: 'x' } })).status).toBe(404);
    certificate = erased.body;
    expect([await byAlias(1), await byAlias(4)]).toEqual([[], [OTHER]]);
    expect((await ask('/v1/customers?alias=nothing')).status).toBe(400);
  });

  it('leaves neither keys nor planted data in any byte on the disk, running or stopped', async () => {
    expect(filesWithKeyMaterial()).toEqual([]);
    expect([...filesWithPlanted(ledger.folder), ...filesWithPlanted(temporary)]).toEqual([]);
    await ledger.stop();
    expect(filesWithKeyMaterial()).toEqual([]);
    await ledger.start();
  });

  it('answers every read with erased and nulls, and keeps the counts', async () => {
    for (const customer of PERSON) {
      const { status, body } = await ask(of(customer));
      expect([status, body]).toEqual([
        200,
        expect.objectContaining({ customer, erased: true, known: false, loyalty: null, issues: null }),
      ]);
      for (const view of ['loyalty', 'churn-risk', 'issues', 'timeline', 'explain/loyalty', 'identity'])
        expect((await ask(of(customer, `/${view}`))).body).toMatchObject({ customer, erased: true });
      expect((await ask(of(customer, '/loyalty'))).body).toMatchObject({ score: null, band: null });
      const past = await ask(of(customer, '?asOf=2026-02-01T00:00:00Z&at=3'));
      expect(past.body).toMatchObject({ erased: true, loyalty: null });
      const replay = await ask(`/v1/audit/customers/${encodeURIComponent(customer)}/replay`);
      expect(replay.body).toMatchObject({ erased: true, items: [] });
    }
    expect(await counts()).toEqual(summary);
    expect((await ask(of(OTHER))).body).toMatchObject({ known: true });
    const events = await ask(`/v1/audit/customers/C-2/events?open=true`);
    expect(events.body.erased).toBe(true);
    const opened = events.body.items[0].opened.data;
    expect(opened).toMatchObject({ name: null, email: null, aliases: [{ scheme: 'crm', value: null }] });
  });

  it('13.3: marks every row of lists, measures and CSV that is about an erased customer, and only those', async () => {
    const { total: loyal } = (await ask('/v1/loyalty?count=exact')).body;
    let marked = 0;
    for (const path of [
      '/v1/customers?count=exact',
      '/v1/customers?count=exact&asOf=2026-02-01T00:00:00Z',
      '/v1/loyalty?count=exact',
      '/v1/churn-risk?band=low,medium,high,critical,lost&count=exact',
      '/v1/issues?count=exact',
      '/v1/issues?customer=C-1&count=exact',
      '/v1/promises?customer=C-1',
      '/v1/actions?customer=C-1',
      '/v1/promises?count=exact',
      '/v1/actions',
      '/v1/measures/csat/rows?from=2026-01-01&to=2026-03-01',
    ]) {
      const { status, body } = await ask(path);
      expect([path, status]).toEqual([path, 200]);
      for (const { customer, erased } of body.items) {
        expect([path, customer, erased]).toEqual([path, customer, PERSON.includes(customer) || undefined]);
        if (erased) marked += 1;
      }
    }
    expect([loyal, marked > 6]).toEqual([2, true]);
    const before = await ask('/v1/loyalty');
    expect(
      (await ask('/v1/loyalty', { headers: { 'if-none-match': before.headers.get('etag')! } })).status,
    ).toBe(304);
    const csv = await ask('/v1/customers', { headers: { accept: 'text/csv' } });
    const [head, ...rows] = csv.text.trimEnd().split('\r\n');
    expect([head!.split(',').slice(0, 2), rows.map((row) => row.split(',').slice(0, 2))]).toEqual([
      ['customer', 'erased'],
      expect.arrayContaining([
        ['C-1', 'true'],
        [OTHER, ''],
      ]),
    ]);
    const issueId = (await ask('/v1/issues')).body.items.find(
      ({ customer }: { customer: string }) => customer === 'C-1',
    ).issueId;
    expect((await ask(`/v1/issues/${issueId}?customer=C-1`)).body).toMatchObject({ erased: true });
  });

  it('takes a repeat for a repeat and refuses what is new, by its id alone', async () => {
    const [again] = about('C-2', 1);
    const changed = { ...again!, data: { name: 'Jane' } };
    const merge = { mergedId: 'contact:4' };
    const batch = [changed, issueRaised('new', { subject: 'card/3' }), issueRaised('n', { subject: OTHER })];
    const headers = { 'content-type': 'application/cloudevents-batch+json' };
    const { body } = await ask('/v1/events', { body: JSON.stringify(batch), headers });
    expect(
      body.results.map(({ status, problem }: { status: string; problem?: { type: string } }) => [
        status,
        problem?.type.split(':').at(-1),
      ]),
    ).toEqual([
      ['duplicate', undefined],
      ['rejected', 'customer-erased'],
      ['recorded', undefined],
    ]);
    for (const [way, customer] of [
      ['merge', OTHER],
      ['unmerge', 'C-1'],
    ] as const) {
      const refused = await ask(of(customer, `/${way}`), { json: merge });
      expect([refused.status, refused.body.type.split(':').at(-1)]).toEqual([410, 'customer-erased']);
    }
  });

  it('is certified with proofs that anyone can check', async () => {
    const path = `/v1/audit/erasures/${certificate.id}`;
    let shown: typeof certificate;
    await until('the proofs', async () => {
      shown = (await ask(path)).body;
      return shown.members.every(({ event }) => event.inclusion !== null);
    });
    expect(shown!).toMatchObject({
      ...{ status: 'finished', requestedBy: { subject: 'operator' }, reason: 'request 4711' },
      ...{ copies: { deadLetters: 0, storedAnswers: 1 }, backups: { maxAgeDays: 14 } },
      checkpoint: expect.stringContaining('\n— '),
    });
    for (const { customer, event, keyDigest: digest, aliases } of shown!.members) {
      const { size, root, leaf, proof } = event.inclusion;
      const found = await ask(`/v1/audit/customers/${encodeURIComponent(customer)}/events?limit=1000`);
      const text = found.text;
      const recorded = found.body.items.at(-1);
      expect([recorded.event.type, recorded.position]).toEqual(['cx.CustomerErased.v1', event.position]);
      expect([recorded.event.data.keyDigest, aliases]).toEqual([digest, 1]);
      const bytes = Buffer.from(text.slice(text.lastIndexOf('"event":') + 8, text.lastIndexOf('}]')));
      expect(Buffer.from(leafHash(digestRecord(bytes))).toString('hex')).toBe(leaf);
      const hashes = proof.map((one) => Buffer.from(one, 'hex'));
      const head = { size, root: Buffer.from(root, 'hex') };
      expect(provesInclusion(Buffer.from(leaf, 'hex'), event.entry, head, hashes)).toBe(true);
    }
    const verified = await ledger.cx('verify');
    expect([verified.status, verified.stdout]).toEqual([0, expect.stringContaining('as they were signed')]);
    const { items } = (await ask('/v1/audit/erasures')).body;
    expect(items.map(({ id }: { id: string }) => id)).toEqual([certificate.id]);
    expect((await ask('/v1/audit/erasures/unknown')).status).toBe(404);
  });

  it('is asked for on the command line, which erases nobody without --yes', async () => {
    const shown = await ledger.cx('erase', OTHER, '--reason', 'why');
    expect([shown.status, shown.stdout]).toEqual([
      0,
      expect.stringContaining(`would be erased for ever: ${OTHER}`),
    ]);
    expect((await ask(of(OTHER))).body).toMatchObject({ known: true });
    const done = await ledger.cx('erase', OTHER, '--reason', 'why', '--yes', '--json');
    const { id, status } = JSON.parse(done.stdout) as { id: string; status: string };
    expect([done.status, status]).toEqual([0, 'finished']);
    const certified = await ledger.cx('erasures', id);
    expect([certified.status, certified.stdout]).toEqual([0, expect.stringContaining('(14 days)')]);
    for (const command of [['explain', OTHER], ['replay', OTHER], ['customers'], ['issues']]) {
      const { status, stdout } = await ledger.cx(...command);
      expect([status, stdout]).toEqual([0, expect.stringMatching(`${OTHER} (was erased at|\\(erased\\))`)]);
      expect(stdout).not.toContain('undefined');
    }
    const listed = await ledger.cx('erasures');
    expect(listed.stdout).toContain(certificate.id);
  });

  it('that is killed goes on at the next start and ends whole', async () => {
    await ledger.api.publish(...about('K-1', 100));
    const asked = ask(of('K-1', '/erasure'), { json: { reason: 'killed' } }).catch(() => undefined);
    await until('the fence', async () => (await ask(of('K-1'))).body.erased === true);
    await ledger.kill();
    await asked;
    await ledger.start();
    await until('its end', async () => {
      const { items } = (await ask('/v1/audit/erasures')).body;
      return items[0].customer === 'K-1' && items[0].status === 'finished';
    });
    expect(filesWithPlanted(ledger.folder)).toEqual([]);
  });
});
