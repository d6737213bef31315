import { describe, expect, it } from '@jest/globals';
import { compareOrder, type RecordedEvent } from '#event-sourcing';
import fc from 'fast-check';
import { anyTouchpoint, markedData } from '../../../test/kit/touchpoint-data.js';
import { factOf, sequenceOf, type FactOf, type NeverFacts } from './facts.js';
import { allTouchpoints, JOURNEY, latestOf } from './registry.js';

const recorded = (
  type: string,
  data: RecordedEvent['data'],
  more: Partial<RecordedEvent> = {},
): RecordedEvent => ({
  envelopeVersion: 1,
  eventId: '0d4f5d0b-41f7-5a3c-9d0a-3f8f3a0e6b11',
  tenant: 'default',
  customer: 'c1',
  type,
  source: '/crm',
  id: '1',
  occurredAt: '2026-01-31T11:00:00.250+01:00',
  recordedAt: '2026-01-31T10:00:01.000Z',
  publisher: 'key',
  data,
  contentHash: '00',
  ...more,
});

const aboutCustomers = anyTouchpoint.filter((name) => latestOf(name).subject === 'customer');

describe('the fact of an event', () => {
  it('has its place in business order and the values the folds read', () => {
    const data = {
      issueId: 'i',
      category: 'billing',
      severity: 'high',
      description: { $sealed: 'AA' },
      team: null,
    };
    expect(factOf(recorded('cx.IssueRaised.v1', data, { sequence: '0042' }))).toEqual({
      occurredAt: Date.UTC(2026, 0, 31, 10, 0, 0, 250),
      sequence: 42,
      step: 200,
      eventId: '0d4f5d0b-41f7-5a3c-9d0a-3f8f3a0e6b11',
      type: 'IssueRaised',
      customer: 'c1',
      data: { issueId: 'i', category: 'billing', severity: 'high' },
    });
  });

  it('holds the facts of objects within it', () => {
    const data = {
      contactId: 'c',
      needs: [
        { category: 'a', $unknown: 'AA' },
        { category: 'b', description: 'AA' },
      ],
    };
    const fact = factOf(recorded('cx.NeedsIdentified.v1', data)) as FactOf<'NeedsIdentified'>;
    expect(fact.data).toEqual({ contactId: 'c', needs: [{ category: 'a' }, { category: 'b' }] });
    expect(fact.data.needs[1]?.category).toBe('b');
  });

  it("is none for the tenant's own events and for types that are not known", () => {
    expect(factOf(recorded('cx.AlertClosed.v1', { alertId: 'a' }, { customer: undefined }))).toBeUndefined();
    expect(factOf(recorded('cx.AlertClosed.v1', { alertId: 'a' }))).toBeUndefined();
    expect(factOf(recorded('acme.Visited.v1', {}))).toBeUndefined();
  });

  it('refuses a recorded event whose time nobody can read', () => {
    const broken = recorded('cx.PromiseKept.v1', { promiseId: 'p' }, { occurredAt: 'yesterday' });
    expect(() => factOf(broken)).toThrow(expect.objectContaining({ code: 'malformed-event' }));
  });

  it('takes a sequence of one to fifteen digits, and 0 for every other', () => {
    expect(['7', '000000000000064', '1234567890123456', '-1', '1.5', '', undefined].map(sequenceOf)).toEqual([
      7, 64, 0, 0, 0, 0, 0,
    ]);
  });
});

describe('facts', () => {
  it('hold nothing personal and nothing unknown', () => {
    const marked = aboutCustomers.chain((name) =>
      markedData(latestOf(name), 'Zebedee Quill').map((data) => factOf(recorded(latestOf(name).type, data))!),
    );
    fc.assert(
      fc.property(marked, (fact) => {
        expect(JSON.stringify(fact)).not.toContain('Zebedee');
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('the types of facts', () => {
  const NEVER: { readonly [name in NeverFacts]: true } = {
    description: true,
    resolution: true,
    comment: true,
    referred: true,
    url: true,
    name: true,
    email: true,
    phone: true,
    aliases: true,
    value: true,
    erasureId: true,
    keyDigest: true,
  };

  it('leave out just the fields that are no facts', () => {
    for (const { name, subject, shape } of allTouchpoints()) {
      if (subject === 'tenant') continue;
      for (const field of shape.fields)
        expect([name, field.name, field.fact]).toEqual([name, field.name, !(field.name in NEVER)]);
    }
  });
});

describe('business order within one instant', () => {
  it('is the natural course of a contact', () => {
    const course =
      `CustomersMerged ContactStarted CustomerGreeted NeedsIdentified IssueRaised IssueAssigned IssueWaiting
      IssueResumed ResolutionProvided ResolutionConfirmed IssueReopened IssueClosed ReturnInvited ContactEnded
      PromiseKept FollowUpCompleted SurveySent FeedbackGiven EventRetracted`.split(/\s+/);
    const facts = course.map((type, i) => ({
      occurredAt: 0,
      sequence: 0,
      step: JOURNEY.latestOf(type)!.step,
      eventId: String(99 - i),
      type,
    }));
    expect([...facts].reverse().sort(compareOrder)).toEqual(facts);
  });

  it('puts what is made, started or asked before what is kept, ended or answered', () => {
    const before = (first: string, then: string) =>
      expect([first, then, JOURNEY.latestOf(first)!.step < JOURNEY.latestOf(then)!.step]).toEqual([
        first,
        then,
        true,
      ]);
    before('PromiseMade', 'PromiseKept');
    before('PromiseMade', 'PromiseBroken');
    before('ContractStarted', 'ContractEnded');
    before('PurchaseMade', 'PurchaseReturned');
    before('SurveySent', 'FeedbackGiven');
    before('CustomersMerged', 'CustomersUnmerged');
    before('IssueWaiting', 'IssueResumed');
    before('OfferMade', 'PurchaseMade');
  });
});
