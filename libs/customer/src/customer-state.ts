import type { Fact } from '#event-sourcing';
import type { FactName, FactOf } from '#journey';
import { feedbackSignal, type FoldContext } from '#scoring';
import { type About, aboutOf } from './about.js';
import { Advocacy } from './advocacy.js';
import { Behaviour } from './behaviour.js';
import { Commerce } from './commerce.js';
import { Contacts } from './contacts.js';
import { Feedback } from './feedback.js';
import { Handoffs } from './handoffs.js';
import { Issues } from './issues.js';
import { Offers } from './offers.js';
import { Profile } from './profile.js';
import { Promises } from './promises.js';
import type { Recorded, Records } from './records.js';
import { Signals } from './signals.js';

/**
 * What is known of one person after some facts: facets, each folded once and changed in place. Views read it; nothing
 * but `apply` changes it, so that a state can be kept, read at any `asOf` from `lastAt` on, and folded on. What time
 * alone brings about (an issue that breaches its SLA, a promise that is missed) is worked out on reading.
 */
export class CustomerState {
  /** Business time (ms) of the last fact that says something of the customer; undefined: nothing is known. */
  lastAt: number | undefined;
  readonly signals = new Signals();
  readonly profile = new Profile();
  readonly contacts = new Contacts(this.profile);
  readonly behaviour = new Behaviour(this.profile);
  readonly commerce = new Commerce(this.profile);
  readonly offers = new Offers();
  readonly feedback = new Feedback();
  readonly advocacy = new Advocacy(this.profile);
  readonly promises = new Promises(this.signals);
  readonly issues = new Issues(this.signals, this.contacts, this.profile);
  readonly handoffs = new Handoffs();

  /** What derived tables have rows for. */
  private readonly records: readonly Records<Recorded>[] = [
    ...[this.issues.records, this.contacts.records, this.promises.records, this.behaviour.contracts],
    ...[this.commerce.records, this.offers.records, this.advocacy.records],
    ...[this.feedback.surveys, this.feedback.answers, this.handoffs.records],
  ];

  /** Things that the state keeps (issues, contacts, promises, …): what its size in memory grows with. */
  get size(): number {
    return this.records.reduce((sum, { size }) => sum + size, this.profile.size);
  }

  /** Folds the next fact in business order. */
  apply(fact: Fact, context: FoldContext): void {
    const handle = HANDLERS[fact.type as FactName] as Handler<never>;
    if (handle === ignored) return;
    this.lastAt = fact.occurredAt;
    this.promises.passTo(fact.occurredAt, context);
    handle(this, fact as never, context);
  }

  /** From now on only what facts change counts as changed (`DerivedTable.changedRows`). Answers do not depend on it. */
  markDerived(): void {
    for (const records of this.records) records.markDerived();
  }

  /** What a fact is about, as far as the contact and the issue that it names are known. */
  about({
    customer,
    data,
  }: {
    readonly customer: string;
    readonly data: Parameters<typeof aboutOf>[2];
  }): About {
    return aboutOf(this, customer, data);
  }
}

/** Folds facts in business order, onto a state that it changes, or from nothing. */
export function foldCustomer(
  facts: Iterable<Fact>,
  context: FoldContext,
  state = new CustomerState(),
): CustomerState {
  for (const fact of facts) state.apply(fact, context);
  return state;
}

type Handler<Name extends FactName> = (
  state: CustomerState,
  fact: FactOf<Name>,
  context: FoldContext,
) => void;

/**
 * Changes nothing: links and retractions are applied before folding, to the facts that are folded; an erasure leaves
 * the facts as they are.
 */
const ignored = (): void => {};

/** What each touchpoint means to the facets. A touchpoint that is not named here does not compile. */
const HANDLERS: { readonly [Name in FactName]: Handler<Name> } = {
  ContactStarted({ contacts }, fact, context) {
    contacts.talked(fact.occurredAt);
    contacts.started(fact, context);
  },
  CustomerGreeted({ contacts, issues, handoffs }, fact, context) {
    contacts.talked(fact.occurredAt);
    handoffs.greeted(fact);
    const newAgent = contacts.greeted(fact);
    contacts.stepDone(fact, context);
    issues.greeted(fact, context);
    if (newAgent !== undefined) issues.joined(fact.customer, fact.data.contactId, newAgent);
  },
  NeedsIdentified({ contacts, issues }, fact, context) {
    const { issueId, expectation } = fact.data;
    contacts.talked(fact.occurredAt);
    contacts.needsFound(fact);
    contacts.stepDone(fact, context);
    issues.mentioned(fact, context);
    if (expectation !== undefined && issueId !== undefined)
      issues.expects(fact.customer, issueId, expectation);
  },
  ContactTransferred(state, fact, context) {
    const { contacts, issues, signals, handoffs } = state;
    contacts.talked(fact.occurredAt);
    handoffs.contactTransferred(fact, contacts.holderOf(fact), state.about(fact));
    contacts.transferred(fact);
    issues.mentioned(fact, context);
    signals.add('friction', fact.occurredAt, context);
    if (fact.data.informationRepeated) signals.add('friction', fact.occurredAt, context);
  },
  ReturnInvited({ contacts }, fact, context) {
    contacts.invited(fact);
    contacts.stepDone(fact, context);
  },
  ContactEnded({ contacts }, fact, context) {
    contacts.talked(fact.occurredAt);
    contacts.ended(fact, context);
  },

  IssueRaised({ contacts, issues }, fact, context) {
    contacts.issueRaised(fact, context);
    issues.happened(fact, context);
  },
  IssueAssigned: ({ issues }, fact, context) => issues.happened(fact, context),
  IssueWaiting: ({ issues }, fact, context) => issues.happened(fact, context),
  IssueResumed: ({ issues }, fact, context) => issues.happened(fact, context),
  IssueTransferred(state, fact, context) {
    state.handoffs.issueHanded(fact, state.issues.holderOf(fact), state.about(fact));
    state.issues.happened(fact, context);
  },
  IssueReprioritised: ({ issues }, fact, context) => issues.happened(fact, context),
  IssueBreachReported: ({ issues }, fact, context) => issues.happened(fact, context),
  IssueEscalated(state, fact, context) {
    state.handoffs.issueHanded(fact, state.issues.holderOf(fact), state.about(fact));
    state.issues.happened(fact, context);
  },
  ResolutionProvided({ contacts, issues }, fact, context) {
    contacts.stepDone(fact, context);
    issues.happened(fact, context);
  },
  ResolutionConfirmed({ contacts, issues }, fact, context) {
    contacts.stepDone(fact, context);
    issues.happened(fact, context);
  },
  IssueReopened: ({ issues }, fact, context) => issues.happened(fact, context),
  IssueClosed: ({ issues }, fact, context) => issues.happened(fact, context),

  PromiseMade(state, fact) {
    const { customer, occurredAt, data } = fact;
    state.promises.made(fact, state.about(fact));
    if (data.issueId !== undefined && data.agentId !== undefined)
      state.issues.worked(customer, data.issueId, data.agentId, 'promises', occurredAt);
    if (data.kind !== 'callback') return;
    const issue = data.issueId === undefined ? undefined : state.issues.get(customer, data.issueId);
    state.contacts.callbackPromised(customer, issue?.lastContactId);
  },
  PromiseKept: ({ promises }, fact) => promises.kept(fact),
  PromiseBroken: ({ promises }, fact, context) => promises.broken(fact, context),
  FollowUpCompleted({ issues, promises }, fact, context) {
    issues.mentioned(fact, context);
    promises.kept(fact);
  },

  SurveySent(state, fact) {
    const { contactId } = fact.data;
    if (contactId !== undefined) state.contacts.surveyed(fact.customer, contactId);
    state.feedback.sent(fact, state.about(fact));
  },
  FeedbackGiven(state, fact, context) {
    const { survey, score } = fact.data;
    const expected = expectationOf(state, fact);
    const signal = feedbackSignal(survey, score, expected, context.policy);
    if (signal !== undefined) state.signals.add(signal, fact.occurredAt, context);
    if (survey === 'nps') state.advocacy.recommended(fact, context);
    state.feedback.answered(fact, expected, state.about(fact), context);
  },
  ReferralMade: ({ advocacy }, fact, context) => advocacy.referred(fact, context),
  PublicMentionPosted: ({ advocacy }, fact, context) => advocacy.mentioned(fact, context),

  PurchaseMade({ behaviour, commerce }, fact) {
    behaviour.purchased(fact.occurredAt);
    commerce.booked(fact);
  },
  PurchaseReturned: ({ commerce }, fact) => commerce.booked(fact),
  ContractStarted: ({ behaviour }, fact) => behaviour.started(fact),
  ContractRenewed: ({ behaviour }, fact) => behaviour.started(fact),
  ContractEnded: ({ behaviour }, fact) => behaviour.endedWith(fact),
  OfferMade: (state, fact) => state.offers.made(fact, state.about(fact)),
  CompetitorRecommended: (state, fact) => state.offers.competitor(fact, state.about(fact)),
  CustomerIdentified: ({ profile }, fact) => profile.identified(fact),
  PreferenceStated: ({ profile }, fact) => profile.prefers(fact),

  CustomersMerged: ignored,
  CustomersUnmerged: ignored,
  CustomerErased: ignored,
  EventRetracted: ignored,
};

/** What was expected (1–7) of what this answer is about: as said with it, else with the need; undefined if never. */
function expectationOf(
  { contacts, issues }: CustomerState,
  { customer, data: { expectation, contactId, issueId } }: FactOf<'FeedbackGiven'>,
): number | undefined {
  if (expectation !== undefined) return expectation;
  const ofContact = contactId === undefined ? undefined : contacts.expectedOf(customer, contactId);
  return ofContact ?? (issueId === undefined ? undefined : issues.expectedOf(customer, issueId));
}
