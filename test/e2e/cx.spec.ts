import { createServer } from 'node:net';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { LedgerProcess } from '../kit/ledger-process.js';
import { until } from '../kit/until.js';

interface Demo {
  readonly events: number;
  readonly recorded: number;
  readonly year: { readonly until: string };
  readonly atRisk: readonly { customer: string; risk: number; band: string; reasons: { code: string }[] }[];
  readonly issues: readonly { customer: string; breached: boolean }[];
  readonly learntOverTime: boolean;
  readonly refused: readonly { id: string }[];
  readonly knownThen: {
    readonly customer: string;
    readonly asOf: string;
    readonly then: number;
    readonly now: number;
  };
}

const MAP = `dataset: sales
times: { format: yyyy-MM-dd }
customer: who
rules:
  - { name: bought, emit: PurchaseMade, time: day, data: { orderId: { text: 'o-{row}' }, amount: sum, currency: { constant: EUR } } }
`;

describe('cx without a server running', () => {
  // As users run it: an access that is recorded while the demo fills the ledger would end what was known when (B19).
  const ledger = new LedgerProcess({ CX_ACCESS_LOG: 'on' });
  /** What the demo says with --json and to people, as soon as it was called so. */
  let knownThen: Demo['knownThen'];
  let commands: string[][];
  afterAll(() => ledger.remove());

  it('fills the demo, shows why customers are at risk, and adds nothing the second time', async () => {
    const first = await ledger.cx('demo', '--until', '2026-03-01', '--json');
    expect(first.status).toBe(0);
    const demo = JSON.parse(first.stdout) as Demo;
    expect(demo.recorded).toBe(demo.events);
    expect(demo.atRisk).toHaveLength(5);
    expect(demo.atRisk.every(({ reasons }) => reasons.length > 0)).toBe(true);
    const codes = new Set(demo.atRisk.flatMap(({ reasons }) => reasons.map(({ code }) => code)));
    expect(codes.size).toBeGreaterThan(2);
    expect(demo.issues.filter(({ breached }) => breached).length).toBeGreaterThan(3);

    expect(demo.learntOverTime).toBe(true);
    expect(demo.refused.map(({ id }) => id)).toEqual(['wrong/e-mail', 'wrong/scale', 'wrong/future']);

    const again = JSON.parse((await ledger.cx('demo', '--until', '2026-03-01', '--json')).stdout) as Demo;
    expect(again).toMatchObject({ recorded: 0, atRisk: demo.atRisk, issues: demo.issues });
    knownThen = again.knownThen;
  }, 180_000);

  it('keeps to the year that is there when the demo is filled on another day', async () => {
    const { status, stdout } = await ledger.cx('demo', '--until', '2026-03-02', '--json');
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ recorded: 0, year: { until: '2026-03-01T00:00:00.000Z' } });
    const people = await ledger.cx('demo');
    expect(people.stdout).toMatch(/holds it already/);
    expect(people.stdout).toMatch(
      /Who is likely to leave, and why:\n.*customer +risk +band +because\n +C-1\d\d\d /,
    );
    expect(people.stdout).toContain('npx cx explain C-1');
    expect(people.stdout).toMatch(/npx cx demo --serve/);
    commands = [...people.stdout.matchAll(/npx cx ((?:explain|replay) .*)/g)].map((match) =>
      match[1]!.trim().split(' '),
    );
    expect(commands).toHaveLength(4);
  }, 180_000);

  it('B19: answers what was known on a day about that day, by the commands that it prints', async () => {
    // Seven weeks without an order of somebody who buys every nine days; then the orders arrive.
    expect(knownThen.then).toBeGreaterThan(0.6);
    expect(knownThen.now).toBeLessThan(0.3);
    const then = await ledger.cx(...commands[1]!);
    expect(then).toMatchObject({
      status: 0,
      stdout: expect.stringContaining(`: ${knownThen.then.toFixed(6)}`),
    });
  }, 180_000);

  it('B19, B22: answers the same beside the demo while it is served, and prints a key that works for its tenant', async () => {
    const { process: child, ended } = ledger.cxBegun('demo', '--serve', '--json');
    let printed = '';
    child.stdout!.on('data', (bytes: Buffer) => (printed += bytes.toString()));
    await until('the demo to be served', () => /"knownThen"[^]*}\n}\n$/.test(printed), 120_000);
    const { url, key, tenant } = JSON.parse(printed) as { url: string; key: string; tenant: string };
    const headers = { authorization: `Bearer ${key}` };
    const lists = await fetch(new URL('/v1/churn-risk', url), { headers });
    expect(((await lists.json()) as { items: unknown[] }).items.length).toBeGreaterThan(5);
    const keys = await fetch(new URL('/v1/keys', url), { headers });
    expect(
      ((await keys.json()) as { items: { tenant: string }[] }).items.every((item) => item.tenant === tenant),
    ).toBe(true);
    const answers = [];
    for (const command of commands) answers.push(await ledger.cx(...command));
    expect(answers.map(({ status }) => status)).toEqual([0, 0, 0, 0]);
    expect(answers[1]!.stdout).toContain(`: ${knownThen.then.toFixed(6)}`);
    expect(answers[2]!.stdout).toContain(`: ${knownThen.now.toFixed(6)}`);
    expect(answers[3]!.stdout).toContain('An issue was raised: ');
    child.kill('SIGTERM');
    expect((await ended).status).toBe(0);
  }, 180_000);
});

describe('cx beside a running server', () => {
  const ledger = new LedgerProcess();
  const written = (name: string, content: string) => {
    const path = join(dirname(ledger.folder), name);
    writeFileSync(path, content);
    return path;
  };

  beforeAll(() => ledger.start());
  afterAll(() => ledger.remove());

  it('imports into the tenant named, names refused rows, and goes on with the rest', async () => {
    const rows =
      'who,day,sum\nann,2020-01-02,12.50\nbob,2020-01-02,twelve\nann@example.org,2020-01-03,2\nann,2999-01-01,3\nann,2020-02-02,4\n';
    const args = [
      'import',
      written('sales.csv', rows),
      '--map',
      written('sales.yaml', MAP),
      '--tenant',
      'shop',
    ];
    await ledger.cx('tenants', 'create', 'shop');
    const { status, stdout } = await ledger.cx(...args, '--json');
    expect(status).toBe(1);
    const summary = JSON.parse(stdout) as { refusals: { row: number; rule: string; reason: string }[] };
    expect(summary).toMatchObject({
      rows: { total: 5, recorded: 2, partlyRefused: 0, refused: 3, silent: 0 },
      events: { total: 5, recorded: 2, duplicate: 0, refused: 3 },
    });
    const reasons = summary.refusals.sort((a, b) => a.row - b.row);
    expect(reasons.map(({ row, rule }) => [row, rule])).toEqual([
      [2, 'bought'],
      [3, 'bought'],
      [4, 'bought'],
    ]);
    expect(reasons[0]!.reason).toContain('/data/amount');
    expect(reasons[1]!.reason).toContain('e-mail');
    expect(reasons[2]!.reason).toContain('ahead');
    expect((await ledger.all('/v1/customers/ann/timeline', {}, 'shop')).length).toBe(2);
    await expect(ledger.get('/v1/customers/ann/timeline')).rejects.toThrow(/404/);
  });

  it('says where the views are', async () => {
    const { status, stdout } = await ledger.cx('status', '--json');
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ complete: true, parked: 0, failure: null });
  });

  it('12.6: says of a draft of alert rules which alerts it would raise, and which rules it cannot try', async () => {
    const rules = [
      { rule: 'leaving', riskBand: { band: 'high' } },
      { rule: 'quiet', silentSource: { source: '/shop', minutes: 30 } },
    ];
    const draft = written('watch.json', JSON.stringify({ policy: 'watch', version: 1, rules }));
    const { status, stdout, stderr } = await ledger.cx('policies', 'preview', 'alerts', draft);
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^\d alerts would be raised now, if none of them was open$/m);
    expect(stdout).toContain('more may be raised by quiet: only a running server watches');
    expect(stdout).not.toContain('breaches would appear');
  });

  it('explains and replays; an unknown customer and a wrong time are one clear message', async () => {
    const { stdout } = await ledger.cx(
      'explain',
      'ann',
      '--tenant',
      'shop',
      '--as-of',
      '2020-03-01T00:00:00Z',
    );
    expect(stdout).toMatch(/churn-risk of ann as of 2020-03-01T00:00:00.000Z: 0\.\d{6}/);
    expect(stdout).toContain('The customer bought for');
    expect(stdout).toMatch(
      /^tenant shop, known up to position \d+, policy default@1, model default@1 \(not calibrated\), coverage [\d.]+$/m,
    );
    const timeline = await ledger.cx('timeline', 'ann', '--tenant', 'shop');
    expect(timeline).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/PurchaseMade +\{"orderId":"o-/),
    });
    const byCause = await ledger.cx('explain', 'ann', '--tenant', 'shop', '--by', 'cause');
    expect(byCause).toMatchObject({ status: 0, stdout: expect.stringMatching(/^ +cause +change +lines$/m) });
    expect(await ledger.cx('explain', 'nobody')).toMatchObject({
      status: 1,
      stderr: 'cx: there is no such customer in tenant default\n',
    });
    const wrong = await ledger.cx('explain', 'ann', '--tenant', 'shop', '--as-of', 'yesterday');
    expect(wrong).toMatchObject({ status: 2, stderr: expect.stringContaining('RFC 3339') });
    expect(wrong.stderr.trim().split('\n')).toHaveLength(1);
    const summary = await ledger.cx('summary', 'loyalty', '--tenant', 'shop');
    expect(summary).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/^loyalty of \d+ customers as of .*, by policy default@1/),
    });
    expect(await ledger.cx('explain', 'ann', 'happiness')).toMatchObject({ status: 2 });
  });

  it('makes, lists and revokes keys', async () => {
    const minted = await ledger.cx(
      'keys',
      'create',
      '--tenant',
      'shop',
      '--role',
      'reader',
      '--label',
      'desk',
      '--json',
    );
    expect(minted.status).toBe(0);
    const { id, key } = JSON.parse(minted.stdout) as { id: string; key: string };
    const listed = await ledger.cx('keys', 'list', '--tenant', 'shop');
    expect(listed.stdout).toContain(id);
    expect(listed.stdout).not.toContain(key);
    const url = (JSON.parse((await ledger.cx('status', '--json')).stdout) as { url: string }).url;
    const read = () =>
      fetch(new URL('/v1/customers/ann', url), { headers: { authorization: `Bearer ${key}` } });
    expect((await read()).status).toBe(200);
    expect((await ledger.cx('keys', 'revoke', id, '--tenant', 'shop')).status).toBe(0);
    expect((await read()).status).toBe(401);
    expect(await ledger.cx('keys', 'create', '--role', 'readr')).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('"reader"'),
    });
  });

  it('does not start a second server on the folder', async () => {
    const { status, stderr } = await ledger.cx('serve');
    expect(status).toBe(1);
    expect(stderr).toMatch(/a server runs on .* already, at http:\/\/127\.0\.0\.1:\d+/);
  });
});

describe('cx serve', () => {
  it('says that a port is in use, and how to take another', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as { port: number };
    const ledger = new LedgerProcess();
    const { status, stderr } = await ledger.cx('serve', '--port', String(port));
    expect(status).toBe(1);
    expect(stderr).toContain(`port ${port} is in use`);
    taken.close();
    await ledger.remove();
  });

  it('says what is wrong with a folder that cannot be written', async () => {
    const ledger = new LedgerProcess();
    writeFileSync(join(dirname(ledger.folder), 'file'), '');
    const folder = join(dirname(ledger.folder), 'file', 'data');
    const served = await ledger.cx('serve', '--data', folder);
    expect(served).toMatchObject({ status: 1, stderr: expect.stringContaining('cannot be written') });
    await ledger.remove();
  });

  it('ends with its server when it is told to', async () => {
    const ledger = new LedgerProcess();
    const { process, ended } = ledger.cxBegun('serve', '--port', '0', '--json');
    await once(process.stdout!, 'data');
    process.kill('SIGTERM');
    const { status, stdout } = await ended;
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ url: expect.stringContaining('http://127.0.0.1:') });
    await ledger.remove();
  });
});
