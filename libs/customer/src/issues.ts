import { addDecayed, type FoldContext, isBreached } from '#scoring';
import type { Contacts } from './contacts.js';
import type { FactsOf } from './facts.js';
import { Issue, type IssueFact } from './issue.js';
import { OwnedMap } from './owned-map.js';
import type { Profile } from './profile.js';
import type { Signals } from './signals.js';

/** The touchpoints, besides an issue's own, that tell which contact was about which issue. They raise none. */
export type MentionFact = FactsOf<'NeedsIdentified' | 'ContactTransferred' | 'FollowUpCompleted'>;

/** The customer's issues, with what they add to the service signals. */
export class Issues {
  /** Resolved, confirmed or closed. */
  resolvedCount = 0;
  /** Reopened at least once. */
  reopenedCount = 0;
  private readonly issues = new OwnedMap<Issue>();
  private readonly openIssues = new Set<Issue>();
  private readonly unanswered = new Set<Issue>();
  private changedIssues: Issue[] = [];

  constructor(
    private readonly signals: Signals,
    private readonly contacts: Contacts,
    private readonly profile: Profile,
  ) {}

  get size(): number {
    return this.issues.size;
  }

  /** Open or waiting, in no particular order. */
  get open(): ReadonlySet<Issue> {
    return this.openIssues;
  }

  /** Every issue that was raised, by implication too. */
  *all(): Iterable<Issue> {
    for (const issue of this.issues.values()) if (issue.state !== undefined) yield issue;
  }

  /** Those that facts have named since rows were derived, also if they were only mentioned so far. */
  get changed(): readonly Issue[] {
    return this.changedIssues;
  }

  markDerived(): void {
    for (const issue of this.changedIssues) issue.changed = false;
    this.changedIssues = [];
  }

  /** Whether several identities of the person have an issue of this id. */
  isShared(issueId: string): boolean {
    return this.issues.isShared(issueId, ({ state }) => state !== undefined);
  }

  /** What the customer said to expect when the need was found: feedback that comes later is measured against it. */
  expects(customer: string, issueId: string, expectation: number): void {
    this.issues.of(customer, issueId, newIssue).expected = expectation;
  }

  expectedOf(customer: string, issueId: string): number | undefined {
    return this.issues.get(customer, issueId)?.expected;
  }

  /** A need, a transfer or a follow-up of a contact that may have been about an issue. */
  mentioned(fact: MentionFact, context: FoldContext): void {
    const { issueId, contactId } = fact.data;
    if (issueId === undefined || contactId === undefined) return;
    this.contacted(this.issues.of(fact.customer, issueId, newIssue), contactId, fact.occurredAt, context);
  }

  /** A human greeted the customer: the first answer to whatever that contact is about. */
  greeted({ customer, occurredAt, data }: FactsOf<'CustomerGreeted'>, context: FoldContext): void {
    if (data.agentKind !== 'human') return;
    for (const issue of this.unanswered) {
      if (issue.customer === customer && issue.hasContact(data.contactId)) {
        issue.answered(occurredAt, context);
        this.unanswered.delete(issue);
        this.noteChange(issue);
      }
    }
  }

  /** Something happens to an issue. */
  happened(fact: IssueFact, context: FoldContext): void {
    const { occurredAt: at, data } = fact;
    const issue = this.issues.of(fact.customer, data.issueId, newIssue);
    const { state, isOpen, reopens } = issue;
    this.noteChange(issue);
    const contactId = 'contactId' in data ? data.contactId : undefined;
    const { segment } = this.profile;
    issue.apply(fact, context, { segment, queue: this.contacts.queueOf(issue.customer, contactId) });
    this.count(issue, state !== undefined && !isOpen, reopens);
    // Open issues are looked at when the state is read: only what ends too late leaves something behind.
    if ((isOpen || state === undefined) && !issue.isOpen) this.noteLateEnd(issue, at, context);
    if (fact.type === 'ResolutionConfirmed') this.takeOutBreach(issue, at, context);
    if (fact.type === 'IssueTransferred') this.signals.add('friction', at, context);
    if (state === undefined && issue.contacts > 0) this.awaitAnswer(issue, at, context);
    this.noteUnanswered(issue);
    if (contactId !== undefined) this.contacted(issue, contactId, at, context);
  }

  /** From the first contact about an open issue on, an answer by a human is waited for; it may be there already. */
  private awaitAnswer(issue: Issue, at: number, context: FoldContext): void {
    issue.awaitAnswer(at, context);
    for (const contactId of issue.contactIds()) {
      if (this.contacts.hasHuman(issue.customer, contactId)) issue.answered(at, context);
    }
    this.noteUnanswered(issue);
  }

  private noteUnanswered(issue: Issue): void {
    if (issue.isUnanswered) this.unanswered.add(issue);
    else this.unanswered.delete(issue);
  }

  private noteChange(issue: Issue): void {
    if (issue.changed) return;
    issue.changed = true;
    this.changedIssues.push(issue);
  }

  private count(issue: Issue, wasResolved: boolean, reopens: number): void {
    if (issue.isOpen) this.openIssues.add(issue);
    else this.openIssues.delete(issue);
    this.resolvedCount += (issue.isOpen ? 0 : 1) - (wasResolved ? 1 : 0);
    if (reopens === 0 && issue.reopens > 0) this.reopenedCount += 1;
  }

  /** Ended, whether resolved or not, after its clock had run out: that stays as a signal which fades. */
  private noteLateEnd(issue: Issue, at: number, context: FoldContext): void {
    if (!isBreached(issue.clock, at)) return;
    const { halfLifeDays } = context.policy.signals.breachedIssue;
    this.signals.add('breachedIssue', at, context);
    issue.breachTerm = addDecayed(issue.breachTerm, at, 1, halfLifeDays);
  }

  /** The customer agrees that it is resolved: what it added to the signal of breaches is taken out. */
  private takeOutBreach(issue: Issue, at: number, context: FoldContext): void {
    if (issue.breachTerm === undefined) return;
    this.signals.remove('breachedIssue', issue.breachTerm, at, context);
    issue.breachTerm = undefined;
  }

  /** Another contact about the same issue is a repeat; by another channel than before it is friction, too. */
  private contacted(issue: Issue, contactId: string, at: number, context: FoldContext): void {
    if (!issue.noteContact(contactId)) return;
    this.noteChange(issue);
    this.awaitAnswer(issue, at, context);
    const channel = this.contacts.channelOf(issue.customer, contactId);
    if (issue.contacts > 1) this.signals.add('repeatContact', at, context);
    const changed = channel !== undefined && issue.channel !== undefined && channel !== issue.channel;
    if (changed) this.signals.add('friction', at, context);
    issue.channel = channel ?? issue.channel;
  }
}

const newIssue = (customer: string, issueId: string): Issue => new Issue(customer, issueId);
