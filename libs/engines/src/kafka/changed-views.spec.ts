import { describe, expect, it } from '@jest/globals';
import { eventIdOf, Overloaded, START, streamName } from '#event-sourcing';
import type { StoredEvent } from '#event-store';
import type { Message } from 'kafkajs';
import { SILENT } from '../../../../test/kit/silent-log.js';
import { ChangedViews } from './changed-views.js';
import type { Changed } from './outgoing-messages.js';

function eventsOf(...customers: readonly string[]): readonly StoredEvent[] {
  return customers.map((customer, index) => {
    const event = { customer, eventId: eventIdOf('default', '/test', customer), tenant: 'default' };
    const stream = streamName({ tenant: 'default', customer });
    return {
      ...{ position: BigInt(index + 1) as StoredEvent['position'], revision: 0, stream },
      bytes: Buffer.from(JSON.stringify({ ...event, type: 'cx.ContactEnded.v1' })),
    } as unknown as StoredEvent;
  });
}

function viewsWhere(viewsOf: (changed: Changed) => Promise<unknown>) {
  return new ChangedViews({
    viewsOf: async (changed) => JSON.stringify(await viewsOf(changed)),
    foldedTo: async () => START,
    log: SILENT,
  });
}

async function sent(views: ChangedViews, events: readonly StoredEvent[]): Promise<Record<string, unknown>> {
  const messages: Message[] = [];
  for await (const some of views.messagesOf(events)) messages.push(...some);
  return Object.fromEntries(messages.map(({ key, value }) => [String(key), JSON.parse(String(value))]));
}

const numbered = (count: number) => eventsOf(...Array.from({ length: count }, (_, i) => `c${i}`));

describe('the views that cx.views is sent', () => {
  it('A2: are those of any number of customers, of a few at a time', async () => {
    let [now, most] = [0, 0];
    const views = viewsWhere(async ({ customer }) => {
      most = Math.max(most, ++now);
      await Promise.resolve();
      now -= 1;
      return { customer };
    });
    expect(Object.keys(await sent(views, numbered(500)))).toHaveLength(500);
    expect(most).toBeLessThanOrEqual(8);
  });

  it('A2: go on without a customer that fails; it is sent when it works, and owed until then', async () => {
    let broken = true;
    const views = viewsWhere(async ({ customer }) => {
      if (customer === 'c1' && broken) throw new Error('cannot be folded');
      return { customer };
    });
    expect(Object.keys(await sent(views, eventsOf('c0', 'c1', 'c2')))).toEqual(['default.c0', 'default.c2']);
    expect(views.settle()).toBe(false);
    broken = false;
    expect(await sent(views, eventsOf('c3'))).toEqual({
      'default.c1': { customer: 'c1' },
      'default.c3': { customer: 'c3' },
    });
    expect(views.settle()).toBe(true);
  });

  it('A2: stay owed where the brokers did not acknowledge them', async () => {
    let broken = true;
    const views = viewsWhere(async ({ customer }) => {
      if (broken) throw new Error('cannot be folded');
      return { customer };
    });
    await sent(views, eventsOf('c1'));
    broken = false;
    await sent(views, []);
    expect(await sent(views, [])).toEqual({ 'default.c1': { customer: 'c1' } });
    expect(views.settle()).toBe(true);
  });

  it('A2: are said to be missing after ten attempts in idle times', async () => {
    const views = viewsWhere(() => Promise.reject(new Error('cannot be folded')));
    expect(await sent(views, eventsOf('c1'))).toEqual({});
    for (let attempt = 1; attempt < 10; attempt += 1) expect(await sent(views, [])).toEqual({});
    expect(await sent(views, [])).toEqual({
      'default.c1': { customer: 'c1', problem: { code: 'views-unavailable', detail: expect.any(String) } },
    });
    expect(views.settle()).toBe(true);
  });

  it('A2: wait as a whole where too much is asked, and where more fail than customers can be at fault', async () => {
    const overloaded = new Overloaded('too many questions are waiting', 1);
    await expect(
      sent(
        viewsWhere(() => Promise.reject(overloaded)),
        eventsOf('c1'),
      ),
    ).rejects.toBe(overloaded);
    const broken = viewsWhere(() => Promise.reject(new Error('no')));
    await expect(sent(broken, numbered(101))).rejects.toThrow('101 customers');
  });
});
