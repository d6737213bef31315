import { describe, expect, it } from '@jest/globals';
import { compareOrder, type Fact, type RecordedEvent, type TimelineRow } from '#event-sourcing';
import fc from 'fast-check';
import { anyTouchpoint, goodData, markedData } from '../../../test/kit/touchpoint-data.js';
import {
  factOf,
  factsStamp,
  packFacts,
  sequenceOf,
  unpackFact,
  type FactOf,
  type NeverFacts,
} from './facts.js';
import { allTouchpoints, JOURNEY, latestOf, TouchpointRegistry } from './registry.js';
import { schemaOf } from './schema.js';
import { FactField, Touchpoint } from './declare.js';
import { Id } from './fields.js';

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

const rowOf = (fact: Fact, facts = packFacts(fact)): TimelineRow => {
  const { occurredAt, sequence, step, eventId, type, customer } = fact;
  return { occurredAt, sequence, step, eventId, type, customer, position: 7n, retractedAt: null, facts };
};

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

describe('packed facts', () => {
  it('come back as they were, for every touchpoint', () => {
    const facts = aboutCustomers.chain((name) =>
      goodData(latestOf(name).shape).map((data) => factOf(recorded(latestOf(name).type, data))!),
    );
    fc.assert(
      fc.property(facts, (fact) => {
        expect(unpackFact(rowOf(fact))).toEqual(fact);
      }),
      { numRuns: 1_000 },
    );
  });

  it('hold nothing personal and nothing unknown', () => {
    const marked = aboutCustomers.chain((name) =>
      markedData(latestOf(name), 'Zebedee Quill').map((data) => factOf(recorded(latestOf(name).type, data))!),
    );
    fc.assert(
      fc.property(marked, (fact) => {
        expect(packFacts(fact) + JSON.stringify(fact)).not.toContain('Zebedee');
      }),
      { numRuns: 1_000 },
    );
  });

  it('are a short list: the stamp, then the values, none for what is absent at the end', () => {
    const [stamp, ...values] = JSON.parse(
      packFacts(factOf(recorded('cx.IssueAssigned.v1', { issueId: 'i', agentId: 'a' }))!),
    ) as unknown[];
    expect(values).toEqual(['i', 'a']);
    expect(Number.isInteger(stamp)).toBe(true);
  });

  it('are told stale when the schema that packed them had other facts', () => {
    const fact = factOf(recorded('cx.IssueAssigned.v1', { issueId: 'i', agentId: 'a' }))!;
    const other = new TouchpointRegistry([schemaOf(IssueAssignedOtherwise)]);
    const packed = packFacts({ ...fact, data: { issueId: 'i', whom: 'a' } }, other);
    expect(() => unpackFact(rowOf(fact, packed))).toThrow(expect.objectContaining({ code: 'stale-facts' }));
    expect(factsStamp(other)).not.toBe(factsStamp());
  });

  it('have another stamp for every touchpoint', () => {
    const stamps = allTouchpoints()
      .filter((schema) => schema.subject === 'customer')
      .map(({ name }) => (JSON.parse(packFacts({ type: name, data: {} } as Fact)) as unknown[])[0]);
    expect(new Set(stamps).size).toBe(stamps.length);
  });
});

@Touchpoint({ name: 'IssueAssigned', version: 1, step: 210, means: 'Something happened.' })
class IssueAssignedOtherwise {
  @FactField() @Id() readonly issueId!: string;
  @FactField() @Id() readonly whom!: string;
}

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
