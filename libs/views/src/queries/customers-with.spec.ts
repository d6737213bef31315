import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Json } from '#event-sourcing';
import { TestLedger } from '../../../../test/kit/test-ledger.js';
import { recordedEvent, storedBytes } from '../../../../test/kit/recorded-events.js';
import { BEGIN, histories } from '../../../../test/kit/random-histories.js';
import type { TestEvent } from '../../../../test/kit/test-event.js';
import { customersWith } from './customers-with.js';
import { customerViews } from './customer-views.js';

const DAY = 86_400_000;
const tenant = 'default';

/** An event as it would be recorded, as text. */
const textOf = ({ at, ...event }: TestEvent, i: number): string =>
  Buffer.from(
    storedBytes(
      recordedEvent({
        ...event,
        at: typeof at === 'number' ? at : Date.parse(at),
        data: event.data as { readonly [field: string]: Json },
        id: event.id ?? `tried-${i}`,
      }),
    ),
  ).toString('utf8');

describe('customers as they would be with events that are not recorded', () => {
  it('B6: are what they are once the events are recorded, late, merged and retracted ones too', async () => {
    const two = fc
      .tuple(histories('a', 12), histories('b', 12))
      .map(([a, b]) => [
        ...a.map((event) => ({ ...event, id: `a-${event.id}` })),
        ...b.map((event) => ({ ...event, id: `b-${event.id}` })),
      ]);
    const merge = fc.option(fc.integer({ min: 0, max: 300 }));
    await fc.assert(
      fc.asyncProperty(two, fc.nat(24), merge, async (events, cut, mergedOn) => {
        const tried: TestEvent[] = events.slice(cut).map((event) => event as TestEvent);
        if (mergedOn !== null)
          tried.push({
            ...{ type: 'CustomersMerged', customer: 'a', id: 'merge', at: BEGIN + mergedOn * DAY },
            data: { mergedId: 'b' },
          } as TestEvent);
        const ledger = await TestLedger.of(events.slice(0, cut) as TestEvent[], BEGIN + 400 * DAY);
        const would = await customersWith(ledger.query, { tenant, events: tried.map(textOf) });
        await ledger.tell(...tried);
        for (const { customer, known, views } of would.items) {
          const is = await customerViews(ledger.query, { tenant, customer });
          const { customer: _customer, asOf: _asOf, position: _position, ...expected } = is;
          expect({ known, ...(views as object) }).toEqual(expected);
        }
        expect(would.items.length).toBe(new Set(would.items.map(({ customer }) => customer)).size);
      }),
      { numRuns: Number(process.env['CX_RUNS'] ?? 60) },
    );
  });
});
