import type { Fact } from '#event-sourcing';
import type { FactName, FactOf } from '#journey';
import { feedbackSignal, type FoldContext } from '#scoring';
import { Advocacy } from './advocacy.js';
import { Behaviour } from './behaviour.js';
import { Contacts } from './contacts.js';
import { Feedback } from './feedback.js';
import { Issues } from './issues.js';
import { Profile } from './profile.js';
import { Promises } from './promises.js';
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
  readonly contacts = new Contacts();
  readonly behaviour = new Behaviour();
  readonly feedback = new Feedback();
  readonly advocacy = new Advocacy();
  readonly promises = new Promises(this.signals);
  readonly profile = new Profile();
  readonly issues = new Issues(this.signals, this.contacts, this.profile);

  /** Things that the state keeps (issues, contacts, promises, …): what its size in memory grows with. */
  get size(): number {
    const { issues, contacts, promises, behaviour, feedback } = this;
    return issues.size + contacts.size + promises.size + behaviour.size + feedback.size;
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
    this.issues.markDerived();
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

/** Says nothing that is scored, but that the customer is there. */
const presence = (): void => {};

/**
 * Changes nothing: links and retractions are applied before folding, to the facts that are folded; an erasure leaves
 * the facts as they are.
 */
const ignored = (): void => {};

/** What each touchpoint means to the facets. A touchpoint that is not named here does not compile. */
const HANDLERS: { readonly [Name in FactName]: Handler<Name> } = {
  ContactStarted({ contacts }, fact) {
    contacts.talked(fact.occurredAt);
    contacts.started(fact);
  },
  CustomerGreeted({ contacts, issues }, fact, context) {
    contacts.talked(fact.occurredAt);
    contacts.greeted(fact);
    contacts.stepDone(fact, context);
    issues.greeted(fact, context);
  },
  NeedsIdentified({ contacts, issues }, fact, context) {
    const { contactId, issueId, expectation } = fact.data;
    contacts.talked(fact.occurredAt);
    contacts.stepDone(fact, context);
    issues.mentioned(fact, context);
    if (expectation === undefined) return;
    contacts.expects(fact.customer, contactId, expectation);
    if (issueId !== undefined) issues.expects(fact.customer, issueId, expectation);
  },
  ContactTransferred({ contacts, issues, signals }, fact, context) {
    contacts.talked(fact.occurredAt);
    issues.mentioned(fact, context);
    signals.add('friction', fact.occurredAt, context);
    if (fact.data.informationRepeated) signals.add('friction', fact.occurredAt, context);
  },
  ReturnInvited: ({ contacts }, fact, context) => contacts.stepDone(fact, context),
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
  IssueTransferred: ({ issues }, fact, context) => issues.happened(fact, context),
  IssueReprioritised: ({ issues }, fact, context) => issues.happened(fact, context),
  IssueBreachReported: ({ issues }, fact, context) => issues.happened(fact, context),
  IssueEscalated: ({ issues }, fact, context) => issues.happened(fact, context),
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

  PromiseMade: ({ promises }, fact) => promises.made(fact),
  PromiseKept: ({ promises }, fact) => promises.kept(fact),
  PromiseBroken: ({ promises }, fact, context) => promises.broken(fact, context),
  FollowUpCompleted({ issues, promises }, fact, context) {
    issues.mentioned(fact, context);
    promises.kept(fact);
  },

  SurveySent: ({ feedback }, fact) => feedback.sent(fact),
  FeedbackGiven(state, fact, context) {
    const { survey, score } = fact.data;
    const expected = expectationOf(state, fact);
    const signal = feedbackSignal(survey, score, expected, context.policy);
    if (signal !== undefined) state.signals.add(signal, fact.occurredAt, context);
    if (survey === 'nps') state.advocacy.recommended(fact, context);
    state.feedback.answered(fact, expected, context);
  },
  ReferralMade: ({ advocacy }, fact, context) => advocacy.referred(fact, context),
  PublicMentionPosted: ({ advocacy }, fact, context) => advocacy.mentioned(fact, context),

  PurchaseMade: ({ behaviour }, fact) => behaviour.purchased(fact.occurredAt),
  PurchaseReturned: presence,
  ContractStarted: ({ behaviour }, fact) => behaviour.started(fact),
  ContractRenewed: ({ behaviour }, fact) => behaviour.started(fact),
  ContractEnded: ({ behaviour }, fact) => behaviour.endedWith(fact),
  OfferMade: presence,
  CompetitorRecommended: presence,
  CustomerIdentified: ({ profile }, fact) => profile.identified(fact),
  PreferenceStated: presence,

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
