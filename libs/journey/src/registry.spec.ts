import { describe, expect, it } from '@jest/globals';
import type { RecordedEvent } from '#event-sourcing';
import { FactField, Personal, Touchpoint } from './declare.js';
import { factOf } from './facts.js';
import { Id, Optional, Text, Whole } from './fields.js';
import {
  allTouchpoints,
  JOURNEY,
  touchpointOf,
  TouchpointRegistry,
  upcast,
  type Upcaster,
} from './registry.js';
import { schemaOf } from './schema.js';

/** The events of the domain, as its table lists them. */
const NAMES =
  `ContactStarted CustomerGreeted NeedsIdentified IssueRaised IssueAssigned IssueWaiting IssueResumed
  IssueTransferred IssueReprioritised IssueBreachReported IssueEscalated ContactTransferred ResolutionProvided
  ResolutionConfirmed IssueReopened IssueClosed ReturnInvited PromiseMade PromiseKept PromiseBroken FollowUpCompleted
  ContactEnded SurveySent FeedbackGiven PurchaseMade PurchaseReturned ContractStarted ContractRenewed ContractEnded
  OfferMade CompetitorRecommended ReferralMade PublicMentionPosted CustomerIdentified PreferenceStated CustomersMerged
  CustomersUnmerged CustomerErased EventRetracted ScoringPolicyPublished SlaPolicyPublished BusinessHoursPublished
  ScoringModelFitted AlertRulesPublished AlertRaised AlertClosed AlertDelivered AccessRecorded`.split(/\s+/);

const PERSONAL: { readonly [name: string]: readonly string[] } = {
  NeedsIdentified: ['needs/description'],
  IssueRaised: ['description'],
  ResolutionProvided: ['resolution'],
  FeedbackGiven: ['comment'],
  ReferralMade: ['referred'],
  PublicMentionPosted: ['url'],
  CustomerIdentified: ['aliases/value', 'email', 'name', 'phone'],
  PreferenceStated: ['value'],
};

type Shape = ReturnType<typeof schemaOf>['shape'];

const personalOf = (shape: Shape, above = ''): string[] =>
  shape.fields
    .flatMap(({ name, personal, nested }) => [
      ...(personal ? [above + name] : []),
      ...(nested ? personalOf(nested.shape, `${above}${name}/`) : []),
    ])
    .sort();

describe('the registry', () => {
  it('knows every event of the domain, by its CloudEvents type', () => {
    expect(
      allTouchpoints()
        .map((schema) => schema.type)
        .sort(),
    ).toEqual(NAMES.map((name) => `cx.${name}.v1`).sort());
    for (const name of NAMES)
      expect(touchpointOf(`cx.${name}.v1`)).toMatchObject({ name, version: 1, latest: true });
  });

  it('knows nothing else', () => {
    for (const type of [
      'cx.IssueRaised.v2',
      'IssueRaised',
      'cx.issueraised.v1',
      '',
      'toString',
      '__proto__',
    ]) {
      expect(touchpointOf(type)).toBeUndefined();
    }
  });

  it('marks what is personal, and nothing else', () => {
    const marked = allTouchpoints().map(({ name, shape }) => [name, personalOf(shape)] as const);
    expect(Object.fromEntries(marked.filter(([, fields]) => fields.length > 0))).toEqual(PERSONAL);
  });

  it('puts policies, alerts and accesses into the stream of the tenant, all others into that of a customer', () => {
    const own = allTouchpoints().filter((schema) => schema.subject === 'tenant');
    expect(own.map((schema) => schema.name).sort()).toEqual(NAMES.slice(-9).sort());
    expect(JOURNEY.latestOf('EventRetracted')?.kind).toBe('correction');
    expect(JOURNEY.latestOf('CustomerErased')?.kind).toBe('erasure');
    expect(JOURNEY.latestOf('CustomersUnmerged')?.kind).toBe('identity');
    expect(JOURNEY.latestOf('AlertRaised')?.kind).toBe('alert');
  });

  it('refuses two declarations of one type, and a version with no way to the next', () => {
    const schema = schemaOf(VisitV1);
    expect(() => new TouchpointRegistry([schema, schema])).toThrow('cx.VisitPaid.v1 is declared twice');
    expect(() => new TouchpointRegistry([schema, schemaOf(VisitV3)])).toThrow(
      'cx.VisitPaid.v1 has no upcaster to v2',
    );
    expect(() => schemaOf(class Undeclared {})).toThrow('has no @Touchpoint');
  });
});

@Touchpoint({ name: 'VisitPaid', version: 1, step: 150, means: 'Something happened.' })
class VisitV1 {
  @Id() readonly shop!: string;
  @Whole(0, 1440) readonly minutes!: number;
  @Personal() @Optional() @Text() readonly note?: string | null;
}

@Touchpoint({ name: 'VisitPaid', version: 2, step: 150, means: 'Something happened.' })
class VisitV2 {
  @Id() readonly shop!: string;
  @Whole(0, 86_400) readonly seconds!: number;
  @Personal() @Optional() @Text() readonly note?: string | null;
}

@Touchpoint({ name: 'VisitPaid', version: 3, step: 150, means: 'Something happened.' })
class VisitV3 {
  @FactField() @Id() readonly branch!: string;
  @FactField() @Whole(0, 86_400) readonly seconds!: number;
  @Personal() @Optional() @Text() readonly remark?: string | null;
}

const UPCASTERS: readonly Upcaster[] = [
  {
    name: 'VisitPaid',
    from: 2,
    upcast: ({ shop, note, ...rest }) => ({
      ...rest,
      branch: shop!,
      ...(note !== undefined && { remark: note }),
    }),
  },
  {
    name: 'VisitPaid',
    from: 1,
    upcast: ({ minutes, ...rest }) => ({ ...rest, seconds: (minutes as number) * 60 }),
  },
];

const visits = new TouchpointRegistry([VisitV1, VisitV2, VisitV3].map(schemaOf), UPCASTERS);

const visit = (type: string, data: RecordedEvent['data']): RecordedEvent => ({
  envelopeVersion: 1,
  eventId: '0d4f5d0b-41f7-5a3c-9d0a-3f8f3a0e6b11',
  tenant: 'default',
  customer: 'c1',
  type,
  source: '/shops',
  id: '1',
  occurredAt: '2026-01-31T10:00:00Z',
  recordedAt: '2026-01-31T10:00:01.000Z',
  publisher: 'key',
  data,
  contentHash: '00',
});

describe('upcasting', () => {
  const SEALED = { $sealed: 'AAEC' };

  it('takes an event over all versions to the newest, moving what is sealed unopened', () => {
    const old = visit('cx.VisitPaid.v1', { shop: 'north', minutes: 5, note: SEALED, $unknown: SEALED });
    const now = upcast(old, visits);
    expect(now.type).toBe('cx.VisitPaid.v3');
    expect(now.data).toEqual({ branch: 'north', seconds: 300, remark: SEALED, $unknown: SEALED });
    expect(now.data['remark']).toBe(old.data['note']);
    expect({ ...now, type: old.type, data: old.data }).toEqual(old);
  });

  it('leaves the recorded event as it was', () => {
    const old = Object.freeze(visit('cx.VisitPaid.v2', Object.freeze({ shop: 'north', seconds: 9 })));
    expect(upcast(old, visits).data).toEqual({ branch: 'north', seconds: 9 });
    expect(old.data).toEqual({ shop: 'north', seconds: 9 });
  });

  it('gives back the very event where it is the newest, or not known', () => {
    for (const type of ['cx.VisitPaid.v3', 'cx.VisitPaid.v9', 'cx.IssueRaised.v1']) {
      const event = visit(type, {});
      expect(upcast(event, visits)).toBe(event);
    }
  });

  it('comes before the facts: a fold sees the newest version only', () => {
    const old = visit('cx.VisitPaid.v1', { shop: 'north', minutes: 2 });
    expect(factOf(old, visits)).toMatchObject({
      type: 'VisitPaid',
      step: 150,
      data: { branch: 'north', seconds: 120 },
    });
  });

  it('leaves only the newest version marked as such', () => {
    expect(visits.all().map((schema) => schema.latest)).toEqual([false, false, true]);
    expect(visits.latestOf('VisitPaid')?.version).toBe(3);
  });
});
