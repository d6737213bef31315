import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Answer, Item } from '#api';
import { LedgerProcess } from '../kit/ledger-process.js';
import { issueRaised } from '../kit/touchpoint.js';
import { until } from '../kit/until.js';

/** So many that a job needs several steps (20,000 facts each). */
const BATCHES = 50;
const JOBS = '/v1/projections/jobs';

describe('jobs that derive the rows of the views anew', () => {
  const ledger = new LedgerProcess({ CX_KEY_RATE: '1000000' });
  const queue = () => ledger.text('/v1/issues', { limit: 1000, asOf: '2026-06-01T00:00:00Z' });
  const jobs = async () => (await ledger.get<Answer<'jobs'>>(JOBS)).items;
  const jobOf = async (id: number) => (await jobs()).find((job) => job.id === id);
  const rebuild = async () => {
    const { body } = await ledger.api.ask('/v1/projections/issues/rebuild', { method: 'POST' });
    return body as Answer<'rebuild'> & { readonly job: number };
  };
  const ended = (id: number) =>
    until('the job to end', async () => {
      const job = await jobOf(id);
      return job !== undefined && job.status !== 'running';
    });

  beforeAll(async () => {
    await ledger.start();
    let last = '';
    for (let batch = 0; batch < BATCHES; batch++) {
      const events = Array.from({ length: 1000 }, (_, i) =>
        issueRaised(`i-${batch}-${i}`, { subject: `c-${(batch * 1000 + i) % 5000}` }),
      );
      const response = await ledger.post('/v1/events', events, {
        type: 'application/cloudevents-batch+json',
      });
      const { results } = (await response.json()) as { results: { position: string }[] };
      last = results.at(-1)!.position;
    }
    await until('the views to show all events', async () => {
      const { items } = await ledger.get<Answer<'projections'>>('/v1/projections');
      return items.every(({ position }) => position === last);
    });
  }, 120_000);
  afterAll(() => ledger.remove());

  it('10.3: are told of at their end by cx, with rows that differ', async () => {
    const { status, stdout } = await ledger.cx('rebuild', 'issues', '--json');
    const { job } = JSON.parse(stdout) as { job: Item<'jobs'> };
    expect([status, job]).toEqual([
      0,
      expect.objectContaining({ kind: 'rebuild', status: 'completed', customersDone: 5000, differing: 0 }),
    ]);
    const listed = await ledger.cx('jobs', '--json');
    expect((JSON.parse(listed.stdout) as Answer<'jobs'>).items).toContainEqual(job);
    expect((await ledger.cx('jobs')).stdout).toMatch(/rebuild +all +completed .* 5,000 of 5,000 customers/);
    const estimate = await ledger.cx('rebuild', '--dry-run', '--json');
    expect(JSON.parse(estimate.stdout)).toMatchObject({ status: 'dry-run', customers: 5000, facts: 50_000 });
    expect((await jobs()).filter(({ status: of }) => of === 'running')).toEqual([]);
  }, 60_000);

  it('10.3: go on after the server was killed, to the same rows', async () => {
    const before = await queue();
    let job = 0;
    // What has ended is forgotten at a restart: that a job is listed shows that it was still to be done.
    await until('a rebuild to be killed before its end', async () => {
      ({ job } = await rebuild());
      await ledger.kill();
      await ledger.start();
      return (await jobOf(job)) !== undefined;
    });
    await ended(job);
    expect(await jobOf(job)).toMatchObject({ status: 'completed', customersDone: 5000, differing: 0 });
    expect(await queue()).toBe(before);
  }, 60_000);

  it('10.3: are cancelled by the operator, and by nobody else', async () => {
    const before = await queue();
    const admin = await ledger.api.mint(['admin']);
    expect((await ledger.api.ask(`${JOBS}/1`, { method: 'DELETE', key: admin })).status).toBe(403);
    let job = 0;
    await until('a rebuild to be cancelled before its end', async () => {
      ({ job } = await rebuild());
      return (await ledger.api.ask(`${JOBS}/${job}`, { method: 'DELETE' })).status === 204;
    });
    expect(await jobOf(job)).toMatchObject({ status: 'cancelled' });
    expect(await queue()).toBe(before);
    const again = await ledger.cx('jobs', 'cancel', String(job));
    expect([again.status, again.stderr]).toEqual([1, `cx: no job ${job} is running\n`]);
    const bad = await ledger.cx('jobs', 'cancel', 'one');
    expect([bad.status, bad.stderr]).toEqual([1, 'cx: the number of a job has digits only\n']);
  }, 60_000);
});
