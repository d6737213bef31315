import { spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import {
  copyFileSync,
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { publicKeyOf, signCheckpoint, signNote, verifierOf, verifierText } from '#ledger';
import { LedgerProcess } from '../kit/ledger-process.js';
import { sentEvent } from '../kit/touchpoint.js';
import { unzip } from '../kit/unzip.js';
import { until } from '../kit/until.js';
import { withoutProgress } from '../kit/without-progress.js';

const SECRET = 'charged twice by Mrs Winterbottom';

describe('evidence about a customer', () => {
  const ledger = new LedgerProcess();
  const place = mkdtempSync(join(tmpdir(), 'cx-evidence-'));
  let folder = '';
  let verifier = '';
  let names: string[] = [];

  /** A bare node in the folder: no project, no packages, nothing of the environment but PATH. */
  const verify = (where: string, ...args: string[]) => {
    const env = { PATH: '/usr/bin:/bin' };
    const run = spawnSync(process.execPath, ['verify.mjs', ...args], { cwd: where, encoding: 'utf8', env });
    return { status: run.status, said: run.stdout + run.stderr };
  };
  const lines = (where: string, name: string) =>
    readFileSync(join(where, name), 'utf8').trimEnd().split('\n');
  const records = <T>(where: string, name: string) => lines(where, name).map((line) => JSON.parse(line) as T);
  const typesIn = (where: string) =>
    records<{ event: { type: string } }>(where, 'events.ndjson').map(({ event }) => event.type);
  /** Exports what is asked for, and unpacks it into a folder of this name. */
  const exported = async (name: string, ...asked: string[]) => {
    const [zip, where] = [join(place, `${name}.zip`), join(place, name)];
    const { status, stderr } = await ledger.cx('export', ...asked, '--out', zip);
    expect([status, withoutProgress(stderr)]).toEqual([0, '']);
    return { where, zip, names: unzip(zip, where) };
  };

  beforeAll(async () => {
    await ledger.start();
    const at = (minute: number) => `2026-01-31T10:${String(minute).padStart(2, '0')}:00Z`;
    const about =
      (subject: string) =>
      (type: string, id: string, minute: number, data: object, more: object = {}) =>
        sentEvent(type, `${subject}-${id}`, data, { subject, time: at(minute), ...more });
    const [one, other, merged] = [about('C-1'), about('C-2'), about('contact:7')];
    await ledger.api.publish(
      one('cx.IssueRaised.v1', 'raised', 1, {
        issueId: 'i',
        category: 'billing',
        severity: 'high',
        description: SECRET,
      }),
      other('cx.IssueRaised.v1', 'raised', 1, { issueId: 'i', category: 'delivery', severity: 'low' }),
      one('cx.PurchaseMade.v1', 'order', 2, { orderId: 'o', amount: '12.50', currency: 'EUR' }),
      merged('cx.FeedbackGiven.v1', 'csat', 3, { survey: 'csat', score: 2, comment: SECRET }),
      one(...(['cx.ResolutionProvided.v1', 'solved', 4, { issueId: 'i' }] as const), {
        causationid: 'C-1-raised',
        correlationid: 'case-1',
      }),
      other('cx.PurchaseMade.v1', 'order', 5, { orderId: 'o', amount: '1', currency: 'EUR' }),
      one('cx.FeedbackGiven.v1', 'nps', 6, { survey: 'nps', score: 9 }),
    );
    expect((await ledger.cx('merge', 'C-1', 'contact:7', '--reason', 'one caller')).status).toBe(0);
    const { verifiers } = await ledger.get<{ verifiers: { verifier: string }[] }>('/v1/audit/log');
    verifier = verifiers[0]!.verifier;
    ({ names, where: folder } = await exported('unzipped', '--customer', 'C-1', '--json'));
  }, 60_000);
  afterAll(async () => {
    await ledger.remove();
    rmSync(place, { recursive: true, force: true });
  });

  it('13.5: is one zip that verifies in an empty folder with a bare node', () => {
    expect(readdirSync(folder).sort()).toEqual([...names].sort());
    const known = verify(folder, '--verifier', verifier);
    expect(known).toEqual({ status: 0, said: expect.stringContaining('All is right.') });
    expect(known.said).toContain('6 events stand in that log, unchanged, each at its entry');
    const unknown = verify(folder);
    expect(unknown.status).toBe(0);
    expect(unknown.said).toContain('Otherwise anyone could have made all of this.');
  });

  it('13.5: has events, views, explanations, policies, identity and access, and a README in two languages', async () => {
    const events = records<{ event: { customer: string } }>(folder, 'events.ndjson');
    expect(events.map(({ event }) => event.customer).sort()).toEqual([
      ...Array<string>(5).fill('C-1'),
      'contact:7',
    ]);
    const views = JSON.parse(readFileSync(join(folder, 'views.json'), 'utf8')) as {
      asOf: string;
      position: string;
    };
    const query = { asOf: views.asOf, at: views.position };
    expect(views).toEqual(await ledger.get('/v1/customers/C-1', query));
    for (const view of ['loyalty', 'churn-risk']) {
      const [head, ...changes] = records<object>(folder, `explanation-${view}.ndjson`);
      const { contributions, next, ...expected } = await ledger.get<{ contributions: object[]; next: null }>(
        ...[`/v1/customers/C-1/explain/${view}` as string, query],
      );
      expect([head, changes, next]).toEqual([expected, contributions, null]);
    }
    expect(JSON.parse(readFileSync(join(folder, 'identity.json'), 'utf8'))).toMatchObject({
      members: expect.arrayContaining(['C-1', 'contact:7']),
      links: [{ reason: 'one caller' }],
    });
    const readme = readFileSync(join(folder, 'README.md'), 'utf8');
    expect(readme).toContain('node verify.mjs');
    expect(readme).toMatch(/[\u0600-\u06ff]{4}/);
    // B21: whoever reads only its first line sees no trace of the program.
    const head = spawnSync('sh', ['-c', `"${process.execPath}" verify.mjs | head -n 1`], {
      cwd: folder,
      encoding: 'utf8',
    });
    expect([head.stdout, head.stderr]).toEqual([expect.stringMatching(/^Evidence about customer .*\n$/), '']);
  });

  it('13.5: keeps personal data closed unless they are asked for, and writes such a reading down first', async () => {
    for (const name of names) expect(readFileSync(join(folder, name), 'utf8')).not.toContain(SECRET);
    writeFileSync(join(place, 'open.zip.part'), 'for all to read', { mode: 0o644 });
    const { where: opened, zip } = await exported('open', '--customer', 'C-1', '--open');
    expect(statSync(zip).mode & 0o777).toBe(0o600);
    expect(readFileSync(join(opened, 'events.ndjson'), 'utf8').split(SECRET)).toHaveLength(3);
    expect(verify(opened, '--verifier', verifier).status).toBe(0);
    const { items } = await ledger.get<{ items: object[] }>('/v1/audit/access', { customer: 'C-1' });
    // Five events of C-1, the merge among them, and one of contact:7; opening them is recorded by identity, before each page.
    const route = 'GET /v1/customers/{id}/export';
    const written = [
      { action: 'open', customer: 'contact:7', records: 1, detail: '0' },
      { action: 'open', customer: 'C-1', records: 5, detail: '0-4' },
      { action: 'export', customer: 'C-1', records: 6 },
    ];
    expect(items.slice(0, 3)).toEqual(written.map((one) => expect.objectContaining({ route, ...one })));
    const accesses = records<{ route: string }>(opened, 'access.ndjson');
    expect(accesses.map(({ route }) => route)).toContain('GET /v1/customers/{id}/export');
  });

  it('13.5: is as of a business time and by what was known then, and says so', async () => {
    const asked = ['--customer', 'C-1', '--as-of', '2026-01-31T10:03:00Z', '--at', '5'];
    const { where: then } = await exported('then', ...asked);
    const { items } = await ledger.get<{ items: object[] }>('/v1/audit/access', {
      action: 'export',
      limit: 1,
    });
    expect(items).toEqual([expect.objectContaining({ records: typesIn(then).length })]);
    expect(typesIn(then)).toEqual(['cx.IssueRaised.v1', 'cx.PurchaseMade.v1']);
    expect(verify(then, '--verifier', verifier).status).toBe(0);
    expect(readFileSync(join(then, 'README.md'), 'utf8')).toContain(
      'happened after 2026-01-31T10:03:00.000Z are left out',
    );
  });

  describe('that was tampered with', () => {
    const rewrite = (where: string, name: string, change: (text: string) => string) => {
      const before = readFileSync(join(where, name), 'utf8');
      const after = change(before);
      expect(after).not.toBe(before);
      writeFileSync(join(where, name), after);
    };
    const swapped = (text: string) => {
      const [first, second, ...rest] = text.split('\n');
      return [second, first, ...rest].join('\n');
    };
    const ways: readonly (readonly [string, (where: string) => void, string])[] = [
      [
        'an event is changed',
        (at) => rewrite(at, 'events.ndjson', (text) => text.replace('"high"', '"low"')),
        'line 1 (entry 0): the event was changed',
      ],
      [
        'an event is changed together with its hash',
        (at) =>
          rewrite(at, 'events.ndjson', (text) => {
            const [line, ...rest] = text.replace('"high"', '"low"').split('\n');
            const event = line!.slice(line!.indexOf('"event":') + 8, -1);
            const hash = createHash('sha256').update(event).digest('hex');
            return [line!.replace(/"hash":"[0-9a-f]{64}"/, `"hash":"${hash}"`), ...rest].join('\n');
          }),
        'line 1 (entry 0): does not stand in the signed log there',
      ],
      [
        'an event is removed',
        (at) => rewrite(at, 'events.ndjson', (text) => text.slice(text.indexOf('\n') + 1)),
        'before entry 2 are missing',
      ],
      [
        'two events are exchanged',
        (at) => rewrite(at, 'events.ndjson', swapped),
        'is not in the order in which it was recorded',
      ],
      [
        'an event stands twice',
        (at) => rewrite(at, 'events.ndjson', (text) => `${text.split('\n')[0]}\n${text}`),
        'the same event stands here twice',
      ],
      [
        'an event says another customer',
        (at) => rewrite(at, 'events.ndjson', (text) => text.replace('"customer":"C-1"', '"customer":"C-9"')),
        'is an event of another customer (C-9)',
      ],
      [
        'a proof is changed',
        (at) =>
          rewrite(at, 'proofs.ndjson', (text) =>
            text.replace(/\["(.)/, (_, first) => `["${first === 'A' ? 'B' : 'A'}`),
          ),
        'does not stand in the signed log there',
      ],
      [
        'a proof is removed',
        (at) => rewrite(at, 'proofs.ndjson', (text) => text.slice(text.indexOf('\n') + 1)),
        'its proof is missing',
      ],
      [
        'a view is changed',
        (at) => rewrite(at, 'views.json', (text) => text.replace('"loyalty"', '"loyalti"')),
        'views.json: was changed',
      ],
      ['a file is removed', (at) => rmSync(join(at, 'access.ndjson')), 'access.ndjson: is missing'],
      [
        'a file is added',
        (at) => copyFileSync(join(at, 'README.md'), join(at, 'more.md')),
        'more.md: was not packed by the ledger',
      ],
      [
        'the manifest is changed',
        (at) => rewrite(at, 'manifest.json', (text) => text.replace('"complete": true', '"complete": false')),
        'manifest.json: was changed after the ledger signed it',
      ],
      [
        'the checkpoint is changed',
        (at) => rewrite(at, 'checkpoint.txt', (text) => text.replace(/\n\d+\n/, '\n999\n')),
        'checkpoint.txt: is not signed by the ledger',
      ],
    ];

    it.each(ways)('13.5: %s', (what, tamper, named) => {
      const where = join(place, what.replaceAll(' ', '-'));
      cpSync(folder, where, { recursive: true });
      tamper(where);
      const { status, said } = verify(where, '--verifier', verifier);
      expect([status, said]).toEqual([1, expect.stringContaining(named)]);
      expect(said).toContain('NOT RIGHT');
    });

    it('13.5: and signed again by another key, is told by the verifier that was kept elsewhere', () => {
      const where = join(place, 'forged');
      cpSync(folder, where, { recursive: true });
      const seed = randomBytes(32);
      const [origin = '', size, root = ''] = lines(folder, 'checkpoint.txt');
      const forged = verifierText(verifierOf(origin, publicKeyOf(seed)));
      writeFileSync(join(where, 'verifiers.txt'), `${forged}\n`);
      writeFileSync(
        join(where, 'checkpoint.txt'),
        signCheckpoint({ origin, size: Number(size), root: Buffer.from(root, 'base64') }, seed),
      );
      writeFileSync(
        join(where, 'manifest.sig'),
        signNote(`cx-evidence/1\n${'0'.repeat(64)}\n`, origin, seed),
      );
      const { status, said } = verify(where, '--verifier', verifier);
      expect(status).toBe(1);
      expect(said).toContain('the manifest is not signed by the ledger');
      expect(said).toContain('checkpoint.txt: is not signed by the ledger');
    });
  });

  it('13.7: is replayed in words, with cause and effect, in the order of happening or of recording', async () => {
    interface Step {
      readonly what: string;
      readonly type: string;
      readonly eventId: string;
      readonly recorded: {
        recordedAt: string;
        causationId?: string;
        causedBy?: string;
        correlationId?: string;
      };
    }
    const { items } = await ledger.get<{ items: Step[] }>('/v1/audit/customers/C-1/replay', { limit: 1000 });
    const raised = items.find(({ type }) => type === 'IssueRaised')!;
    const solved = items.find(({ type }) => type === 'ResolutionProvided')!;
    expect(raised.what).toBe('An issue was raised: billing, severity high (issue i)');
    expect(solved.recorded).toMatchObject({
      ...{ causationId: 'C-1-raised', causedBy: raised.eventId, correlationId: 'case-1' },
    });
    expect(Date.parse(solved.recorded.recordedAt)).toBeGreaterThan(Date.parse('2026-01-31T10:04:00Z'));
    const { items: learnt } = await ledger.get<{ items: Step[] }>('/v1/audit/customers/C-1/replay', {
      ...{ order: 'recorded', view: 'issues', limit: 1000 },
    });
    expect(learnt.map(({ type }) => type)).toEqual([
      ...[
        'IssueRaised',
        'PurchaseMade',
        'FeedbackGiven',
        'ResolutionProvided',
        'FeedbackGiven',
        'CustomersMerged',
      ],
    ]);
    const { stdout } = await ledger.cx('replay', 'C-1');
    expect(stdout).toContain('2026-01-31 10:01  An issue was raised: billing, severity high (issue i)');
    expect(stdout).toMatch(/recorded .* days later · because of C-1-raised \(above\) · part of case-1/);
    expect(stdout).toMatch(/churn-risk .*[\d.]+ % → [\d.]+ % \([+−][\d.]+ points\)/);
    const wrong = await ledger.api.ask('/v1/audit/customers/C-1/replay?order=backwards');
    expect([wrong.status, wrong.text]).toEqual([
      400,
      expect.stringContaining('must be one of occurred, recorded'),
    ]);
  });

  it('13.5: is refused for whom nothing is known, and to whom may not see it', async () => {
    const { status, stdout } = await ledger.cx('export', '--customer', 'C-none', '--json');
    expect([status, JSON.parse(stdout)]).toEqual([
      1,
      { error: expect.objectContaining({ code: 'not-found' }) },
    ]);
    const reader = await ledger.api.mint(['reader']);
    expect((await ledger.api.as(reader).ask('/v1/customers/C-1/export')).status).toBe(403);
    const stranger = await ledger.api.mint(['auditor'], 'another');
    expect((await ledger.api.as(stranger).ask('/v1/customers/C-1/export')).status).toBe(404);
    const wrong = await ledger.api.ask('/v1/customers/C-1/export?asOf=yesterday');
    expect([wrong.status, wrong.body.type]).toEqual([400, expect.stringContaining('invalid-query')]);
  });

  it('13.3, 13.5: of an erased customer proves what was recorded, and opens nothing', async () => {
    const told = { survey: 'csat', score: 1, comment: SECRET };
    await ledger.api.publish(sentEvent('cx.FeedbackGiven.v1', 'erased-csat', told, { subject: 'C-erased' }));
    const reason = { json: { reason: 'request 4711' } };
    expect((await ledger.api.ask('/v1/customers/C-erased/erasure', reason)).status).toBe(200);
    const { where: erased, names: files } = await exported('erased', '--customer', 'C-erased', '--open');
    for (const name of files) expect(readFileSync(join(erased, name), 'utf8')).not.toContain(SECRET);
    expect(JSON.parse(readFileSync(join(erased, 'views.json'), 'utf8'))).toMatchObject({ erased: true });
    expect(typesIn(erased)).toEqual(['cx.FeedbackGiven.v1', 'cx.CustomerErased.v1']);
    expect(verify(erased, '--verifier', verifier)).toMatchObject({ status: 0 });
  });

  it('13.5: nothing waits for an export whose client has gone', async () => {
    const headers = { authorization: `Bearer ${await ledger.api.mint(['auditor'])}` };
    for (let i = 0; i < 8; i++) {
      const ending = new AbortController();
      // As of an early position, which a checkpoint covers: the export before this one is recorded after it.
      const answer = await fetch(`${ledger.url}/v1/customers/C-1/export?at=5`, {
        headers,
        signal: ending.signal,
      });
      expect(answer.status).toBe(200);
      ending.abort();
      await answer.body?.cancel().catch(() => undefined);
    }
    await until(
      'exports are possible again',
      async () => (await ledger.api.ask('/v1/customers/C-1/export')).status === 200,
    );
  });
});
