import { type Position } from '#event-sourcing';
import { describe, expect, it } from '@jest/globals';
import { IntakeFixture, NOW, STORES } from '../../../test/kit/intake-fixture.js';
import { isPretended } from './dry-run.js';

const event = (id: string, more: object = {}) => ({
  ...{ specversion: '1.0', id, source: '/desk', type: 'cx.IssueRaised.v1', subject: 'C-1' },
  time: new Date(NOW).toISOString(),
  data: { issueId: 'i', category: 'billing', severity: 'low' },
  ...more,
});
const publisher = { tenant: 'shop', id: 'k' };

describe.each(STORES)('a dry run before %s', (_name, openStore) => {
  const room = IntakeFixture.forEachTest(openStore);
  const statuses = (answers: readonly { status: string }[]) => answers.map(({ status }) => status);

  it('answers as recording would, and stores nothing, not even a key', async () => {
    const [recorded] = await room.intake.record(publisher, [event('1')]);
    const inputs = [
      event('1'),
      event('1', { data: { ...event('1').data, severity: 'high' } }),
      event('2'),
      event('2'),
      event('3', { subject: 'C-new' }),
      event('4', { time: 'yesterday' }),
      event('3', { subject: 'C-new', data: { issueId: 'other', category: 'x', severity: 'low' } }),
    ];
    const answers = await room.intake.dryRun().intake.record(publisher, inputs);
    expect(statuses(answers)).toEqual([
      ...['duplicate', 'rejected', 'recorded', 'duplicate', 'recorded', 'rejected', 'rejected'],
    ]);
    expect(answers[0]).toEqual({ ...recorded, status: 'duplicate' });
    expect(answers[1]).toMatchObject({ problem: { code: 'id-reused' } });
    expect(isPretended((answers[2] as { position: Position }).position)).toBe(true);
    expect(await room.stored()).toHaveLength(1);
    expect(await room.keys.find([{ tenant: 'shop', customer: 'C-new' }])).toEqual([undefined]);
    expect(statuses(await room.intake.record(publisher, inputs))).toEqual(statuses(answers));
  });

  it('knows one instant that is spelt in two ways, also within the request', async () => {
    const again = event('1', { time: new Date(NOW).toISOString().replace('.000Z', '+00:00') });
    const answers = await room.intake.dryRun().intake.record(publisher, [event('1'), again]);
    expect(statuses(answers)).toEqual(['recorded', 'duplicate']);
  });

  it('abandons the others of an atomic request as recording would', async () => {
    await room.intake.record(publisher, [event('1')]);
    const inputs = [event('2'), event('1', { subject: 'C-2' })];
    const answers = await room.intake.dryRun().intake.record(publisher, inputs, { atomic: true });
    const real = await room.intake.record(publisher, inputs, { atomic: true });
    expect(answers).toEqual(real);
    expect(answers.map((answer) => (answer as { problem: { code: string } }).problem.code)).toEqual([
      ...['abandoned', 'id-reused'],
    ]);
  });
});
