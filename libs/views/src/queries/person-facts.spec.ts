import { describe, expect, it } from '@jest/globals';
import { compareOrder, eventIdOf, storedPosition } from '#event-sourcing';
import { cutIntoChunks, FactLayouts, type TimelineFact } from '#journey';
import type { CustomerTimeline } from '../read-model-reader.js';
import { PersonFacts } from './person-facts.js';

const layouts = new FactLayouts([]);
const FACTS = 300;

const idOf = (n: number): string => eventIdOf('default', 'urn:test', String(n));

/** Purchases, every tenth retracted by a fact that comes long before or long behind it in business order. */
function history(): readonly TimelineFact[] {
  const facts = Array.from({ length: FACTS }, (_, n): TimelineFact => {
    const fact = { customer: 'c-1', occurredAt: n * 1_000, sequence: 0, position: ((n * 7) % FACTS) + 1 };
    if (n % 10 !== 5)
      return {
        ...fact,
        ...{ type: 'PurchaseMade', step: 0, eventId: idOf(n) },
        data: { orderId: `o-${n}`, amount: '1.00', currency: 'EUR' },
      };
    const target = String((n * 3 + 101) % FACTS);
    const data = { eventSource: 'urn:test', eventId: target, reason: 'wrong' };
    return { ...fact, type: 'EventRetracted', step: 0, eventId: idOf(n), data };
  });
  return facts.sort(compareOrder);
}

/** The same facts as one customer's timeline in chunks of some size. */
function timeline(facts: readonly TimelineFact[], size: number, heldAt: number | null): CustomerTimeline {
  const chunks = [];
  for (let from = 0; from < facts.length; from += size)
    chunks.push(...cutIntoChunks(facts.slice(from, from + size), chunks.length, layouts));
  return { customer: { number: 1, name: 'c-1', heldAt }, chunks };
}

const plain = (facts: Iterable<TimelineFact>) =>
  [...facts].map(({ eventId, position, data }) => JSON.stringify([eventId, position, data]));

describe('the facts of a person', () => {
  const facts = history();

  it.each([
    { what: 'everything', at: undefined, heldAt: null },
    { what: 'what was known at a position', at: storedPosition(150), heldAt: null },
    { what: 'what lies before the event that holds the customer', at: undefined, heldAt: 120 },
  ])('are the same of a large timeline, which is read in portions: $what', ({ at, heldAt }) => {
    const most = Math.min(at === undefined ? Infinity : Number(at), heldAt === null ? Infinity : heldAt - 1);
    const known = facts.filter(({ position }) => position <= most);
    const targets = new Set(
      known
        .filter(({ type }) => type === 'EventRetracted')
        .map(({ data }) => idOf(Number((data as { eventId: string }).eventId))),
    );
    const counting = known.filter(({ type, eventId }) => type === 'EventRetracted' || !targets.has(eventId));
    expect(targets.size).toBeGreaterThan(5);
    expect(counting.length).toBeLessThan(known.length);
    for (const size of [1, 32]) {
      const read = new PersonFacts([timeline(facts, size, heldAt)], layouts, 'default', at);
      const portions = [...read.countingPortions()];
      expect(portions.length).toBe(size === 1 ? FACTS : 1);
      expect(plain(portions.flat())).toEqual(plain(counting));
      expect(plain(read.counting)).toEqual(plain(counting));
      expect(plain(read.all)).toEqual(plain(known));
      expect(read.targets).toEqual(targets);
      expect(read.size).toBe(known.length);
      expect(read.last?.eventId).toBe(known.at(-1)?.eventId);
    }
  });
});
