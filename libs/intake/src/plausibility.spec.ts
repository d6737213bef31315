import { beforeEach, describe, expect, it } from '@jest/globals';
import { IntakeRoom } from '../../../test/kit/intake-room.js';
import { MemoryEventStore } from '#event-store';
import { issueRaised, sentEvent } from '../../../test/kit/touchpoint.js';
import type { Intake } from './intake.js';
import type { SurvivorLookup } from './plausibility.js';

const desk = { tenant: 'default', id: 'key-desk' };
const retraction = (id: string, eventId: string, changes = {}) =>
  sentEvent('cx.EventRetracted.v1', id, { eventSource: '/crm', eventId, reason: 'sent by mistake' }, changes);
const merge = (id: string, mergedId: string, changes = {}) =>
  sentEvent('cx.CustomersMerged.v1', id, { mergedId }, changes);

describe('corrections and merges at the door', () => {
  const room = IntakeRoom.forEachTest(() => Promise.resolve(new MemoryEventStore()));
  /** Who is merged into whom, as the views know it. */
  let merged: Record<string, string>;
  const survivors: SurvivorLookup = {
    survivorOf: (_tenant, customer) => Promise.resolve(merged[customer] ?? customer),
  };
  let intake: Intake;
  beforeEach(() => {
    merged = {};
    intake = room.another({ survivors });
  });

  const outcome = async (input: unknown) => {
    const [answer] = await intake.record(desk, [input]);
    return answer!.status === 'rejected' ? answer!.problem.code : answer!.status;
  };

  it('take a retraction of a touchpoint, before or after its target', async () => {
    expect(await outcome(issueRaised('1'))).toBe('recorded');
    expect(await outcome(retraction('2', '1'))).toBe('recorded');
    expect(await outcome(retraction('3', 'not-there-yet'))).toBe('recorded');
  });

  it('refuse to retract a retraction, a merge, or the retraction itself', async () => {
    await intake.record(desk, [issueRaised('1'), retraction('2', '1'), merge('3', 'c-9')]);
    expect(await outcome(retraction('4', '2'))).toBe('not-retractable');
    expect(await outcome(retraction('5', '3'))).toBe('not-retractable');
    expect(await outcome(retraction('6', '6'))).toBe('not-retractable');
  });

  it('refuse to retract what is not the customer’s, unless both are one person', async () => {
    await intake.record(desk, [issueRaised('1')]);
    expect(await outcome(retraction('2', '1', { subject: 'c-2' }))).toBe('other-customer');
    merged = { 'c-2': 'c-1' };
    expect(await outcome(retraction('2', '1', { subject: 'c-2' }))).toBe('recorded');
  });

  it('do not see the events of another tenant', async () => {
    await intake.record({ tenant: 'other', id: 'k' }, [issueRaised('1'), retraction('2', '1')]);
    expect(await outcome(retraction('3', '2'))).toBe('recorded');
  });

  it('refuse a merge with oneself and one that closes a circle', async () => {
    expect(await outcome(merge('1', 'c-1'))).toBe('invalid-event');
    merged = { 'c-1': 'c-2' };
    expect(await outcome(merge('2', 'c-2'))).toBe('merge-circle');
  });

  it('take a merge that is known already: another source may say it too', async () => {
    merged = { 'c-2': 'c-1' };
    expect(await outcome(merge('1', 'c-2'))).toBe('recorded');
  });

  it('call a repeat a repeat, whatever is known by now', async () => {
    expect(await outcome(merge('1', 'c-2'))).toBe('recorded');
    merged = { 'c-1': 'c-2' };
    expect(await outcome(merge('1', 'c-2'))).toBe('duplicate');
  });

  it('do not take an erasure from a publisher', async () => {
    expect(await outcome(sentEvent('cx.CustomerErased.v1', '1', { reason: 'asked for' }))).toBe(
      'not-supported',
    );
  });
});
