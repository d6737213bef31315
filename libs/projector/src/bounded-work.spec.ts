import { describe, expect, it } from '@jest/globals';
import { DeliveredLog } from '../../../test/kit/delivered-log.js';
import { projectorOf, SetClock } from '../../../test/kit/projected.js';
import type { EventSpec } from '../../../test/kit/recorded-events.js';
import { formatTime, LIMITS } from '#event-sourcing';
import { KeptStates, PolicyBooks, QUERIES, TABLES } from '#views';
import { MemoryReadModel } from './memory-read-model.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const START = Date.UTC(2020, 0, 6);

/** Business hours published so often: open from midnight for a minute more or less, in turns, from one day to the next. */
const CHANGES = 1_250;
const hours = (no: number): EventSpec => ({
  type: 'BusinessHoursPublished',
  id: `hours-${no}`,
  at: START,
  data: {
    policy: 'hours',
    version: no + 1,
    zone: 'UTC',
    effectiveFrom: formatTime(START + no * DAY),
    weekly: ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'].map((day) => ({
      day,
      from: '00:00',
      to: no % 2 === 0 ? '00:01' : '00:02',
    })),
  },
});

const END = START + CHANGES * DAY;
/** A spell that runs over all changes: a clock that is paused at the end and started at the beginning. */
const spell = (customer: string, no: number): EventSpec[] => [
  {
    type: 'IssueRaised',
    id: `${customer}-raised-${no}`,
    customer,
    at: START + no,
    data: { issueId: `I${no}`, category: 'billing', severity: 'critical' },
  },
  {
    type: 'IssueClosed',
    id: `${customer}-closed-${no}`,
    customer,
    at: END + no,
    data: { issueId: `I${no}` },
  },
];

describe('C7: a customer whose clocks take more steps than one may', () => {
  it('is held at that event, parked with the reason, and the others are right', async () => {
    // Each spell runs over all changes twice when it ends, for its clock and for its duration; its clock, of four hours of a minute or two a day, over some 160.
    const spells = Math.ceil(LIMITS.clockSteps / CHANGES);
    const log = new DeliveredLog([
      ...Array.from({ length: CHANGES }, (_, no) => hours(no)),
      ...Array.from({ length: spells }, (_, no) => spell('ada', no)).flat(),
      ...spell('bo', 0),
    ]);
    const readModel = new MemoryReadModel(TABLES);
    const clock = new SetClock(END + DAY);
    const projector = projectorOf({ events: log, readModel, clock });
    await projector.catchUp();
    const status = await projector.status();
    expect(status).toMatchObject({ phase: 'live', eventsBehind: 0, failure: null, complete: true });
    expect(status.parked).toEqual([
      expect.objectContaining({
        customer: 'ada',
        reason: `the SLA clocks of the customer run over more than ${LIMITS.clockSteps} changes of business hours together`,
      }),
    ]);
    // Of bo: four hours are 240 minutes; two days have three of them, so they are over after 160 days, of which the last
    // is a day of two minutes: 00:02 of the 160th.
    const rows = await readModel.stored.list('issues', {
      tenant: 'default',
      where: [{ column: 'customer', is: '=', value: 'bo' }],
      orderBy: { column: 'openedAt', direction: 'asc' },
      limit: 9,
    });
    expect(rows.map(({ columns }) => [columns['state'], columns['breachesAt']])).toEqual([
      ['closed', START + 159 * DAY + 2 * MINUTE],
    ]);
    // What ada sends later is stored, and is not folded.
    log.deliver(...spell('ada', spells));
    await projector.catchUp();
    expect(await projector.status()).toMatchObject({ eventsBehind: 0, parkedCount: 1 });
  });

  it('has a bound of its own in a question for which all customers are folded', async () => {
    // Together they pass over more changes than one customer may, each by itself over a little more than half as many.
    const spells = Math.ceil(LIMITS.clockSteps / (2 * CHANGES) / 2) + 1;
    const customers = ['ada', 'bo'];
    const log = new DeliveredLog([
      ...Array.from({ length: CHANGES }, (_, no) => hours(no)),
      ...customers.flatMap((customer) =>
        Array.from({ length: spells }, (_, no) => spell(customer, no)).flat(),
      ),
    ]);
    const readModel = new MemoryReadModel(TABLES);
    const clock = new SetClock(END + 2 * DAY);
    await projectorOf({ events: log, readModel, clock }).catchUp();
    const query = {
      ...{ reader: readModel, now: () => clock.now(), historicalEvents: 1_000_000 },
      ...{
        positionAt: () => log.head(),
        recordedAt: async () => undefined,
        yieldTurn: () => Promise.resolve(),
      },
      ...{ states: new KeptStates(0), books: new PolicyBooks() },
    };
    const asked = { tenant: 'default', asOf: formatTime(END + DAY), state: 'closed', limit: 200 };
    const { items } = await QUERIES['issue-list'](query, asked);
    expect(customers.map((name) => items.filter(({ customer }) => customer === name).length)).toEqual([
      spells,
      spells,
    ]);
  });
});
