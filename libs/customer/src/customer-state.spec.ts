import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { ViewContext } from '#scoring';
import { contextAt, factsOf, stateOf } from '../../../test/kit/folded.js';
import { BEGIN, histories } from '../../../test/kit/random-histories.js';
import { answered, contacted, day, dayText, raised, eventOn } from '../../../test/kit/event-builders.js';
import { CustomerState } from './customer-state.js';
import { instantsBetween } from './instants.js';
import { churnInputs, loyaltyInputs } from './score-inputs.js';

const DAY = 86_400_000;
const at = (days: number): ViewContext => contextAt(day(days));

/** Everything that a state answers, as text. */
function allOf(state: CustomerState, context: ViewContext): string {
  const { asOf } = context;
  const instants = instantsBetween(state, context, asOf, asOf + 400 * DAY);
  return JSON.stringify([
    state.lastAt,
    state.size,
    churnInputs(state),
    loyaltyInputs(state),
    [...state.issues.all()],
    [state.feedback.nps, state.feedback.csat, state.feedback.ces],
    instants,
  ]);
}

describe('the state of a customer', () => {
  it('is not changed by reading, at any time: kept, read and folded on it is the same as folded at once', () => {
    fc.assert(
      fc.property(histories(), fc.nat(30), fc.nat(900), (events, cut, days) => {
        const context = contextAt(BEGIN + 400 * DAY);
        const facts = factsOf(events);
        const kept = new CustomerState();
        facts.forEach((fact, i) => {
          kept.apply(fact, context);
          if (i === cut) allOf(kept, { ...context, asOf: fact.occurredAt + days * DAY });
        });
        const fresh = new CustomerState();
        for (const fact of facts) fresh.apply(fact, context);
        expect(allOf(kept, context)).toBe(allOf(fresh, context));
      }),
      { numRuns: Number(process.env['CX_RUNS'] ?? 200) },
    );
  });

  it('knows nothing of someone who was only merged, unmerged, erased or corrected', () => {
    const state = stateOf(
      [
        eventOn('CustomersMerged', 0, { mergedId: 'c-2' }),
        eventOn('CustomersUnmerged', 1, { mergedId: 'c-2' }),
        eventOn('EventRetracted', 2, { eventSource: '/crm', eventId: 'e', reason: 'wrong' }),
        eventOn('CustomerErased', 3, { reason: 'asked for' }),
      ],
      at(9),
    );
    expect(state.lastAt).toBeUndefined();
  });
});

describe('things of two identities of one person', () => {
  const ofB = (event: ReturnType<typeof eventOn>) => ({ ...event, customer: 'c-2' });

  it('A24: are two issues where both have the same id: closing the one leaves the other open', () => {
    const { issues } = stateOf(
      [raised(0, '1'), ofB(raised(1, '1')), ofB(eventOn('IssueClosed', 2, { issueId: '1' }))],
      at(3),
    );
    expect([...issues.open].map(({ customer, issueId }) => [customer, issueId])).toEqual([['c-1', '1']]);
    expect(issues.resolvedCount).toBe(1);
    expect(issues.isShared('1')).toBe(true);
  });

  it('A24: share no issue where the other identity only mentioned one of that id', () => {
    const need = eventOn('NeedsIdentified', 1, { contactId: 'c', needs: [], issueId: '1' });
    const { issues } = stateOf([raised(0, '1'), ofB(need)], at(3));
    expect(issues.isShared('1')).toBe(false);
    expect([...issues.all()]).toHaveLength(1);
  });

  it('A24: are two promises: keeping the one does not keep the other', () => {
    const promise = eventOn('PromiseMade', 0, { promiseId: 'p', kind: 'callback', dueAt: dayText(2) });
    const { promises, signals } = stateOf(
      [
        promise,
        ofB(promise),
        ofB(eventOn('PromiseKept', 1, { promiseId: 'p' })),
        eventOn('CustomerIdentified', 9),
      ],
      at(9),
    );
    expect(promises.pending).toEqual([]);
    expect(signals.sums.missedPromise).toEqual({ z: 1, at: day(2) + 1 });
  });

  it('A24: are two contracts: the end of the one leaves the other running', () => {
    const started = eventOn('ContractStarted', 0, { contractId: 'k' });
    const { behaviour } = stateOf(
      [started, ofB({ ...started, at: day(1) }), ofB(eventOn('ContractEnded', 2, { contractId: 'k' }))],
      at(3),
    );
    expect(behaviour.contract).toEqual({ startedAt: day(0), endedAt: null });
  });

  it('A24: are two contacts: steps, channels and expectations are not mixed up', () => {
    const ended = eventOn('ContactEnded', 1, { contactId: 'c', disposition: 'completed' });
    const need = eventOn('NeedsIdentified', 0, { contactId: 'c', needs: [], expectation: 7 });
    const state = stateOf(
      [contacted(0, 'c'), need, ended, ofB(ended), ofB(answered(2, 'csat', 4, { contactId: 'c' }))],
      at(3),
    );
    // A fifth of the steps (a need was found) and none of the three that apply without a need.
    expect(state.contacts.process).toMatchObject({ sum: 0.2, weight: 2 });
    // A csat of 4 is 5.5 of 7: above the usual expectation of 5, which holds for the contact of the other identity.
    expect(state.signals.sums.positiveFeedback?.z).toBe(1);
    expect(state.feedback.ratings).toEqual({ n: 1, assumed: 1 });
  });
});

describe('what happens to a customer by itself', () => {
  it('A14: is an issue that breaches, a promise that is missed and a new year of the contract, each at its instant', () => {
    const state = stateOf(
      [
        eventOn('ContractStarted', 0, { contractId: 'k' }),
        raised(0, 'i'),
        raised(0, 'paused'),
        eventOn('IssueWaiting', 0.5, { issueId: 'paused', on: 'customer' }),
        eventOn('PromiseMade', 0, { promiseId: 'p', kind: 'callback', dueAt: dayText(2) }),
        eventOn('PromiseMade', 0, { promiseId: 'q', kind: 'callback', dueAt: dayText(500) }),
      ],
      at(0.5),
    );
    const all = instantsBetween(state, at(0.5), day(0.5), day(400));
    expect(all).toEqual([
      { at: day(1), type: 'sla-breached', issueId: 'i' },
      { at: day(2) + 1, type: 'promise-missed', promiseId: 'p' },
      { at: day(365), type: 'contract-year', contractId: 'k' },
    ]);
    expect(instantsBetween(state, at(0.5), day(0.5), day(1))).toHaveLength(1);
    expect(instantsBetween(state, at(0.5), day(1), day(2))).toEqual([]);
  });

  it('A24: names the identity where several have an issue of that id', () => {
    const state = stateOf([raised(0, '1'), raised(0.1, '1', {}, 'c-2'), raised(0.2, '2')], at(0.2));
    expect(instantsBetween(state, at(0.2), day(0.2), day(9)).map((change) => change.publishedTo)).toEqual([
      'c-1',
      'c-2',
      undefined,
    ]);
  });

  it('has no contract years where the policy takes behaviour from purchases', () => {
    const policy = { policy: 'p', version: 1, kind: 'non-contractual' };
    const policies = [{ type: 'ScoringPolicyPublished', data: policy, effectiveFrom: null }] as const;
    const state = stateOf([eventOn('ContractStarted', 0, { contractId: 'k' })], at(0));
    expect(instantsBetween(state, contextAt(day(0), policies), day(0), day(900))).toEqual([]);
  });
});
