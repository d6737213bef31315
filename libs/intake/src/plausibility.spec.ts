import { describe, expect, it } from '@jest/globals';
import { IntakeFixture } from '../../../test/kit/intake-fixture.js';
import { issueRaised, sentEvent } from '../../../test/kit/touchpoint.js';
import { MemoryEventStore } from '../../../test/kit/memory-event-store.js';

const desk = { tenant: 'default', id: 'key-desk' };
const retraction = (id: string, eventId: string, changes = {}) =>
  sentEvent('cx.EventRetracted.v1', id, { eventSource: '/crm', eventId, reason: 'sent by mistake' }, changes);
const merge = (id: string, mergedId: string, changes = {}) =>
  sentEvent('cx.CustomersMerged.v1', id, { mergedId }, changes);

describe('corrections and merges at intake', () => {
  const room = IntakeFixture.forEachTest(() => Promise.resolve(new MemoryEventStore()));

  const answerTo = async (input: unknown) => (await room.intake.record(desk, [input]))[0]!;
  const outcome = async (input: unknown) => {
    const answer = await answerTo(input);
    return answer.status === 'rejected' ? answer.problem.code : answer.status;
  };

  it('take a retraction of a touchpoint, before or after its target', async () => {
    expect(await outcome(issueRaised('1'))).toBe('recorded');
    expect(await outcome(retraction('2', '1'))).toBe('recorded');
    expect(await outcome(retraction('3', 'not-there-yet'))).toBe('recorded');
  });

  it('refuse to retract a retraction, a merge, or the retraction itself', async () => {
    await room.intake.record(desk, [issueRaised('1'), retraction('2', '1'), merge('3', 'c-9')]);
    expect(await outcome(retraction('4', '2'))).toBe('not-retractable');
    expect(await outcome(retraction('5', '3'))).toBe('not-retractable');
    expect(await outcome(retraction('6', '6'))).toBe('not-retractable');
  });

  it('A6: refuse to retract what stands before the retraction in the same request and is no touchpoint', async () => {
    const answers = await room.intake.record(desk, [merge('1', 'c-9'), retraction('2', '1')]);
    expect(answers).toMatchObject([
      { status: 'recorded' },
      { status: 'rejected', problem: { code: 'not-retractable', errors: [{ pointer: '/data/eventId' }] } },
    ]);
  });

  it('A6: record a retraction of another customer’s event, which a merge may make right, and say so', async () => {
    await room.intake.record(desk, [issueRaised('1')]);
    expect(await answerTo(retraction('2', '1', { subject: 'c-2' }))).toMatchObject({
      status: 'recorded',
      warnings: [{ pointer: '/subject', detail: expect.stringContaining('another customer') }],
    });
    expect(await answerTo(retraction('3', '1'))).not.toHaveProperty('warnings');
  });

  it('do not see the events of another tenant', async () => {
    await room.intake.record({ tenant: 'other', id: 'k' }, [issueRaised('1'), retraction('2', '1')]);
    expect(await outcome(retraction('3', '2'))).toBe('recorded');
  });

  it('refuse a merge with oneself', async () => {
    expect(await outcome(merge('1', 'c-1'))).toBe('invalid-event');
  });

  it('A6: record every merge and unmerge, in any order: the fold decides what changes something', async () => {
    const away = merge('2', 'c-1', { subject: 'c-2', time: '2026-01-31T12:00:00Z' });
    const unmerge = sentEvent('cx.CustomersUnmerged.v1', '3', { mergedId: 'c-2' });
    for (const events of [
      [merge('1', 'c-2'), away, unmerge],
      [unmerge, away, merge('1', 'c-2')],
    ]) {
      const tenant = { tenant: `t${events.indexOf(unmerge)}`, id: 'key' };
      for (const event of events)
        expect(await room.intake.record(tenant, [event])).toMatchObject([{ status: 'recorded' }]);
    }
  });

  it('call a repeat a repeat', async () => {
    expect(await outcome(merge('1', 'c-2'))).toBe('recorded');
    expect(await outcome(merge('1', 'c-2'))).toBe('duplicate');
  });

  it('do not take an erasure from a publisher', async () => {
    expect(await outcome(sentEvent('cx.CustomerErased.v1', '1', { reason: 'asked for' }))).toBe(
      'wrong-endpoint',
    );
  });
});
