import { describe, expect, it } from '@jest/globals';
import { KeptStates, PolicyBooks, QUERIES, type QueryContext, TABLES } from '#views';
import { DeliveredLog } from '../../../test/kit/delivered-log.js';
import { projectorOf, SetClock } from '../../../test/kit/projected.js';
import { type EventSpec, SOURCE } from '../../../test/kit/recorded-events.js';
import { MemoryReadModel } from './memory-read-model.js';
import type { ProjectorLimits } from './projector-parts.js';

const NOON = Date.UTC(2026, 2, 2, 12);
const CUSTOMERS = ['ada', 'bo', 'cy', 'di'];

const raised = (customer: string, no: number): EventSpec => ({
  type: 'IssueRaised',
  id: `${customer}-${no}`,
  customer,
  at: NOON + no,
  data: { issueId: `i-${no}`, category: 'billing', severity: 'normal' },
});
const retracted = (customer: string, no: number): EventSpec => ({
  type: 'EventRetracted',
  id: `${customer}-${no}-retracted`,
  customer,
  at: NOON + 1_000,
  data: { eventSource: SOURCE, eventId: `${customer}-${no}`, reason: 'wrong' },
});

/** A projector to which four events are a backlog, and that derives the rows of one person at a time. */
function begin(log: DeliveredLog, more: Partial<ProjectorLimits> = {}) {
  const readModel = new MemoryReadModel(TABLES);
  const clock = new SetClock(NOON + 60_000);
  const limits = { oneCommitEvents: 3, portionPersons: 1, ...more };
  const projector = projectorOf({ events: log, readModel, clock, limits });
  const query: QueryContext = {
    ...{ reader: readModel, now: () => clock.now(), historicalEvents: 1_000 },
    ...{ positionAt: () => log.head(), yieldTurn: () => Promise.resolve() },
    // Every event was recorded a second after the one before.
    recordedAt: (position) => Promise.resolve(position === 0n ? undefined : NOON + Number(position) * 1_000),
    ...{ states: new KeptStates(0), books: new PolicyBooks() },
  };
  return { projector, readModel, query };
}

describe('10: where the log runs ahead', () => {
  it('a customer’s views show events whose rows are not derived yet, and lists say up to where they know', async () => {
    const log = new DeliveredLog([raised('ada', 0)]);
    const { projector, query } = begin(log);
    await projector.catchUp();
    log.deliver(...CUSTOMERS.map((customer) => raised(customer, 1)));
    const seen: unknown[] = [];
    projector.onCommitted((tablesAt, checkpoint) => {
      const about = { tenant: 'default' };
      seen.push(
        Promise.all([
          Promise.resolve([String(tablesAt), String(checkpoint)]),
          QUERIES.view(query, { ...about, customer: 'di', view: 'issues' }).then((view) => [
            view['openCount'],
            (view as { position?: string }).position,
          ]),
          QUERIES['customer-list'](query, about).then(({ position, items }) => [position, items.length]),
          QUERIES['alert-conditions'](query, { ...about, lastRecorded: null, watchedSince: NOON }).then(
            ({ unsure }) => unsure,
          ),
        ]),
      );
    });
    await projector.catchUp();
    const [first, last] = [await seen[0], await seen.at(-1)];
    expect(first).toEqual([['1', '5'], [1, '5'], ['1', 1], false]);
    expect(last).toEqual([['5', '5'], [1, '5'], ['5', 4], false]);
  });

  it('rows of one portion are those of a tenth of the waiting customers, of no fewer and no more than is allowed', async () => {
    const log = new DeliveredLog([raised('ada', 0)]);
    const limits = { oneCommitEvents: 0, portionPersons: 2, fullPortionPersons: 4 };
    const { projector, readModel } = begin(log, limits);
    await projector.catchUp();
    log.deliver(...Array.from({ length: 50 }, (_, i) => raised(`c-${i}`, 1)));
    const sizes: number[] = [];
    const commit = readModel.commit.bind(readModel);
    readModel.commit = (change) => {
      if (change.rows?.length) sizes.push(new Set(change.rows.map(({ person }) => person.name)).size);
      return commit(change);
    };
    await projector.catchUp();
    // Of the 50, 46, 42, 38 and 34 that wait, 4 each; of 30, 27, 24 and 21 a tenth, rounded up; of 18 and fewer 2 each.
    expect(sizes).toEqual([4, 4, 4, 4, 4, 3, 3, 3, 3, ...Array<number>(9).fill(2)]);
  });

  it('no list shows an issue that was retracted, and the status tells how far both are', async () => {
    const log = new DeliveredLog(CUSTOMERS.map((customer) => raised(customer, 1)));
    const { projector, query } = begin(log);
    await projector.catchUp();
    log.deliver(...CUSTOMERS.map((customer) => raised(customer, 2)), retracted('ada', 1));
    const seen: unknown[] = [];
    projector.onCommitted(() =>
      seen.push(
        Promise.all([
          QUERIES['issue-list'](query, { tenant: 'default', customer: 'ada' }).then(({ items }) =>
            items.map(({ issueId }) => issueId),
          ),
          projector
            .status()
            .then(({ position, checkpoint, eventsBehind, timelines }) => [
              ...[position, checkpoint, eventsBehind, timelines.eventsBehind].map(Number),
            ]),
        ]),
      ),
    );
    await projector.catchUp();
    expect([await seen[0], await seen.at(-1)]).toEqual([
      [['i-2'], [4, 9, 5, 0]],
      [['i-2'], [9, 9, 0, 0]],
    ]);
  });

  it('10: an item of a list is of one position, its band with its score and its state with who resolved it', async () => {
    const log = new DeliveredLog(CUSTOMERS.map((customer) => raised(customer, 1)));
    const { projector, readModel, query } = begin(log);
    await projector.catchUp();
    for (const customer of CUSTOMERS) {
      const one = (type: string, no: number, data: EventSpec['data']) =>
        log.deliver({ type, id: `${customer}-${type}`, customer, at: NOON + no, data });
      one('ContractStarted', 2, { contractId: 'k' });
      one('ContractEnded', 3, { contractId: 'k' });
      one('ResolutionProvided', 4, { issueId: 'i-1', agentId: 'kim' });
    }
    const seen: unknown[] = [];
    const commit = readModel.commit.bind(readModel);
    readModel.commit = async (change) => {
      await commit(change);
      const about = { tenant: 'default' };
      const bands = 'low,medium,high,critical,lost';
      const { items } = await QUERIES['churn-risk-list'](query, { ...about, band: bands });
      for (const { customer, band, risk, left = false } of items) {
        const issue = await QUERIES.issue(query, { ...about, issueId: 'i-1', customer });
        seen.push([band, risk, left, issue.state, issue.resolvedBy]);
      }
    };
    await projector.catchUp();
    const different = new Set(seen.map((one) => JSON.stringify(one)));
    // Before, without a contract, the base rate; after its end the customer has left.
    expect([...different]).toEqual(['["low",0.2,false,"open",null]', '["lost",1,true,"resolved","kim"]']);
  });
});
