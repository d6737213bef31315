import fc from 'fast-check';
import { SOURCE, type EventSpec } from './recorded-events.js';

/** 2026-01-05T08:00:00Z: where the histories begin. */
export const BEGINNING = Date.UTC(2026, 0, 5, 8);
const MINUTE = 60_000;

/** Small numbers from which one event is made; shrinking makes them zero. */
interface Move {
  readonly kind: number;
  readonly customer: number;
  readonly minute: number;
  readonly thing: number;
  readonly choice: number;
  readonly sequence: number;
}

type EventMaker = (move: Move, earlier: readonly EventSpec[]) => Pick<EventSpec, 'type' | 'data'>;

const issue = ({ thing }: Move) => ({ issueId: `i-${thing}` });
const contact = ({ thing }: Move) => ({ contactId: `k-${thing}` });
const of = <T>(choices: readonly T[], { choice }: Move): T => choices[choice % choices.length]!;
const event =
  (type: string, data: (move: Move) => EventSpec['data']): EventMaker =>
  (move) => ({ type, data: data(move) });

const SEVERITIES = ['low', 'normal', 'high', 'critical'];
const CHANNELS = ['phone', 'chat', 'email', 'web'];

const EVENT_MAKERS: readonly EventMaker[] = [
  event('IssueRaised', (move) => ({
    ...issue(move),
    category: of(['billing', 'login'], move),
    severity: of(SEVERITIES, move),
  })),
  event('IssueClosed', issue),
  event('IssueReopened', issue),
  event('IssueWaiting', (move) => ({ ...issue(move), on: of(['customer', 'vendor', 'internal'], move) })),
  event('IssueResumed', (move) => ({ ...issue(move), on: of(['customer', 'vendor', 'internal'], move) })),
  event('IssueAssigned', (move) => ({ ...issue(move), team: of(['red', 'blue'], move) })),
  event('IssueTransferred', (move) => ({ ...issue(move), toTeam: of(['red', 'blue'], move) })),
  event('IssueReprioritised', (move) => ({ ...issue(move), severity: of(SEVERITIES, move) })),
  event('IssueBreachReported', issue),
  event('IssueEscalated', (move) => ({ ...issue(move), reason: of(['authority', 'complaint'], move) })),
  event('ResolutionProvided', (move) => ({ ...issue(move), ...contact(move) })),
  event('ResolutionConfirmed', issue),
  event('ContactStarted', (move) => ({
    ...contact(move),
    channel: of(CHANNELS, move),
    direction: 'inbound',
  })),
  event('CustomerGreeted', (move) => ({ ...contact(move), agentId: 'a-1', agentKind: 'human' })),
  event('NeedsIdentified', (move) => ({
    ...contact(move),
    ...issue(move),
    needs: [{ category: 'billing' }],
    expectation: 1 + (move.choice % 7),
  })),
  event('ContactTransferred', (move) => ({ ...contact(move), informationRepeated: move.choice % 2 === 0 })),
  event('ReturnInvited', contact),
  event('ContactEnded', (move) => ({
    ...contact(move),
    disposition: of(['completed', 'abandoned', 'dropped'], move),
  })),
  event('PromiseMade', (move) => ({
    promiseId: `p-${move.thing}`,
    kind: 'follow-up',
    dueAt: new Date(BEGINNING + move.choice * 3_600_000).toISOString(),
  })),
  event('PromiseKept', (move) => ({ promiseId: `p-${move.thing}` })),
  event('PromiseBroken', (move) => ({ promiseId: `p-${move.thing}` })),
  event('FollowUpCompleted', (move) => ({
    promiseId: `p-${move.thing}`,
    outcome: of(['satisfied', 'unsatisfied'], move),
  })),
  event('FeedbackGiven', (move) => ({
    survey: 'csat',
    score: 1 + (move.choice % 5),
    ...contact(move),
    expectation: 1 + (move.choice % 7),
  })),
  event('FeedbackGiven', (move) => ({ survey: 'nps', score: move.choice % 11 })),
  event('FeedbackGiven', (move) => ({ survey: 'ces', score: 1 + (move.choice % 7) })),
  event('PurchaseMade', (move) => ({ orderId: `o-${move.thing}`, amount: '19.90', currency: 'EUR' })),
  event('PurchaseReturned', (move) => ({ orderId: `o-${move.thing}`, amount: '19.90', currency: 'EUR' })),
  event('ContractStarted', (move) => ({ contractId: `c-${move.thing}` })),
  event('ContractRenewed', (move) => ({ contractId: `c-${move.thing}` })),
  event('ContractEnded', (move) => ({ contractId: `c-${move.thing}` })),
  event('ReferralMade', () => ({})),
  event('PublicMentionPosted', (move) => ({
    platform: 'x',
    sentiment: (move.choice % 3) - 1,
    reach: move.choice * 100,
  })),
  event('CustomersMerged', (move) => ({ mergedId: customerOf(move.choice) })),
  event('CustomersMerged', (move) => ({ mergedId: customerOf(move.choice) })),
  event('CustomersUnmerged', (move) => ({ mergedId: customerOf(move.choice) })),
  (move, earlier) => ({
    type: 'EventRetracted',
    data: {
      eventSource: SOURCE,
      eventId: earlier[move.choice % Math.max(earlier.length, 1)]?.id ?? 'never',
      reason: 'wrong',
    },
  }),
  (move, earlier) => ({
    type: 'EventRetracted',
    data: {
      eventSource: SOURCE,
      eventId: earlier[(move.choice * 7) % Math.max(earlier.length, 1)]?.id ?? 'never',
      reason: 'wrong',
    },
  }),
];

function customerOf(number: number): string {
  return `c-${number % 4}`;
}

const move: fc.Arbitrary<Move> = fc.record({
  kind: fc.nat(EVENT_MAKERS.length - 1),
  // Most of it is one customer's, so that there are snapshots to fold from.
  customer: fc.constantFrom(0, 0, 0, 1, 2, 3),
  minute: fc.nat(5_000),
  thing: fc.nat(2),
  choice: fc.nat(40),
  sequence: fc.nat(2),
});

/** Histories of a few customers: every touchpoint a view reads, merges, unmerges, retractions; in no order at all. */
export function eventHistory(maxEvents: number): fc.Arbitrary<readonly EventSpec[]> {
  return fc.array(move, { minLength: 1, maxLength: maxEvents, size: 'max' }).map((moves) => {
    const events: EventSpec[] = [];
    for (const made of moves) {
      events.push({
        ...EVENT_MAKERS[made.kind]!(made, events),
        id: `e-${events.length}`,
        at: BEGINNING + made.minute * MINUTE,
        customer: customerOf(made.customer),
        sequence: made.sequence,
      });
    }
    return events;
  });
}

/** The same events in another order, some of them several times. */
export function delivery(events: readonly EventSpec[]): fc.Arbitrary<readonly EventSpec[]> {
  return fc
    .tuple(
      fc.array(fc.nat(Math.max(events.length - 1, 0)), { maxLength: 10 }),
      fc.infiniteStream(fc.nat(1_000_000)),
    )
    .map(([repeated, keys]) => {
      const all = [...events, ...repeated.map((at) => events[at]!)];
      return all
        .map((event) => ({ event, key: keys.next().value as number }))
        .sort((a, b) => a.key - b.key)
        .map(({ event }) => event);
    });
}

/** Policies in their order of recording. */
const POLICIES: readonly [EventSpec, EventSpec] = [
  {
    ...{ type: 'ScoringPolicyPublished', id: 'scoring-1', at: BEGINNING },
    data: { policy: 'house', version: 1, preset: 'customer-intimacy' },
  },
  {
    ...{ type: 'SlaPolicyPublished', id: 'sla-1', at: BEGINNING },
    data: {
      ...{ policy: 'fast', version: 1, effectiveFrom: '2026-01-06T00:00:00Z' },
      targets: { normal: { resolutionSeconds: 3_600 }, high: { resolutionSeconds: 600 } },
    },
  },
];

/** The same events with two policies among them, at these places and always in the same order. */
export function withPolicies(
  told: readonly EventSpec[],
  places: readonly [number, number],
): readonly EventSpec[] {
  const [first, second] = [Math.min(...places), Math.max(...places)];
  return [
    ...told.slice(0, first),
    POLICIES[0],
    ...told.slice(first, second),
    POLICIES[1],
    ...told.slice(second),
  ];
}
