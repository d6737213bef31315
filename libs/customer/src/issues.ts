import { addDecayed, type FoldContext, isBreached } from '#scoring';
import type { ContactAgent } from './contact-agents.js';
import type { Contacts } from './contacts.js';
import type { FactsOf } from './facts.js';
import type { Holder } from './holder.js';
import { Issue, type IssueFact } from './issue.js';
import type { IssueAgents, Work } from './issue-agents.js';
import type { Profile } from './profile.js';
import { Recent } from './recent.js';
import { Records } from './records.js';
import type { Signals } from './signals.js';

/** The touchpoints, besides an issue's own, that tell which contact was about which issue. They raise none. */
export type MentionFact = FactsOf<'NeedsIdentified' | 'ContactTransferred' | 'FollowUpCompleted'>;

/** The customer's issues, with what they add to the service signals. */
export class Issues {
  /** Resolved, confirmed or closed. */
  resolvedCount = 0;
  /** Reopened at least once. */
  reopenedCount = 0;
  /** Every issue, also those that were only mentioned so far (`state` undefined). */
  readonly records = new Records<Issue>();
  /** Resolved lately, and neither confirmed, closed nor reopened since. */
  readonly recentlyResolved = new Recent<Issue>();
  private readonly openIssues = new Set<Issue>();
  private readonly unanswered = new Set<Issue>();

  constructor(
    private readonly signals: Signals,
    private readonly contacts: Contacts,
    private readonly profile: Profile,
  ) {}

  /** Open or waiting, in no particular order. */
  get open(): ReadonlySet<Issue> {
    return this.openIssues;
  }

  /** Every issue that was raised, by implication too. */
  *all(): Iterable<Issue> {
    for (const issue of this.records.values()) if (issue.state !== undefined) yield issue;
  }

  get(customer: string, issueId: string): Issue | undefined {
    return this.records.get(customer, issueId);
  }

  /** Whether several identities of the person have an issue of this id. */
  isShared(issueId: string): boolean {
    return this.records.isShared(issueId, ({ state }) => state !== undefined);
  }

  /** Who hands an issue on: its team and the agent to whom it is assigned. */
  holderOf({ customer, data }: FactsOf<'IssueTransferred' | 'IssueEscalated'>): Holder {
    const issue = this.records.get(customer, data.issueId);
    const fromTeam = 'fromTeam' in data ? data.fromTeam : undefined;
    return { agentId: issue?.assignee ?? null, team: fromTeam ?? issue?.team ?? null };
  }

  /** What the customer said to expect when the need was found: feedback that comes later is measured against it. */
  expects(customer: string, issueId: string, expectation: number): void {
    this.records.of(customer, issueId, newIssue).expected = expectation;
  }

  expectedOf(customer: string, issueId: string): number | undefined {
    return this.records.get(customer, issueId)?.expected;
  }

  /** A need, a transfer or a follow-up of a contact that may have been about an issue. */
  mentioned(fact: MentionFact, context: FoldContext): void {
    const { issueId, contactId } = fact.data;
    if (issueId === undefined || contactId === undefined) return;
    const issue = this.records.change(fact.customer, issueId, newIssue);
    if (fact.type !== 'FollowUpCompleted' && !issue.hasContact(contactId))
      issue.times.recurred(fact.occurredAt);
    this.contacted(issue, contactId, fact.occurredAt, context);
  }

  /** A human greeted the customer: the first answer to whatever that contact is about. */
  greeted({ customer, occurredAt, data }: FactsOf<'CustomerGreeted'>, context: FoldContext): void {
    if (data.agentKind !== 'human') return;
    for (const issue of this.unanswered) {
      if (issue.customer === customer && issue.hasContact(data.contactId)) {
        issue.answered(occurredAt, context);
        this.unanswered.delete(issue);
        this.records.touch(issue);
      }
    }
  }

  /** Something happens to an issue. */
  happened(fact: IssueFact, context: FoldContext): void {
    const { occurredAt: at, data } = fact;
    const issue = this.records.change(fact.customer, data.issueId, newIssue);
    const { state, isOpen, reopens, knownCategory } = issue;
    const contactId = 'contactId' in data ? data.contactId : undefined;
    const isNew = contactId !== undefined && !issue.hasContact(contactId);
    issue.apply(fact, context, {
      segment: this.profile.segment,
      queue: this.contacts.queueOf(issue.customer, contactId),
      contacts: issue.contacts + (isNew ? 1 : 0),
    });
    this.count(issue, state !== undefined && !isOpen, reopens);
    // Open issues are looked at when the state is read: only what ends too late leaves something behind.
    if ((isOpen || state === undefined) && !issue.isOpen) this.noteLateEnd(issue, at, context);
    if (state !== 'resolved' && issue.state === 'resolved') this.recentlyResolved.add(issue, at);
    if (state === 'resolved' && issue.state !== 'resolved') this.recentlyResolved.delete(issue);
    if (fact.type === 'ResolutionConfirmed') this.takeOutBreach(issue, at, context);
    if (fact.type === 'IssueTransferred') this.signals.add('friction', at, context);
    if (state === undefined && issue.contacts > 0) this.awaitAnswer(issue, at, context);
    this.noteUnanswered(issue);
    if (contactId !== undefined) this.contacted(issue, contactId, at, context);
    if (knownCategory !== issue.knownCategory) this.categoryFound(issue);
    this.noteAgents(issue, fact);
  }

  /** An agent did something for an issue outside of a contact. */
  worked(customer: string, issueId: string, agentId: string, work: Work, at: number): void {
    this.workedAlone(this.records.change(customer, issueId, newIssue), agentId, work, at);
  }

  /** An agent came into a contact that was about issues already. */
  joined(customer: string, contactId: string, agent: ContactAgent): void {
    for (const issueId of this.contacts.get(customer, contactId)!.issueIds)
      this.workedInContact(this.records.change(customer, issueId, newIssue), agent);
  }

  private noteAgents(issue: Issue, fact: IssueFact): void {
    const { customer, occurredAt: at, type, data } = fact;
    if (type === 'ResolutionProvided' && data.agentId !== undefined) {
      this.workedAlone(issue, data.agentId, 'resolutions', at);
    } else if (type === 'IssueAssigned' && data.agentId !== undefined) {
      this.assigned(issue.agents, data.agentId, data.team, at);
    } else if (type === 'IssueTransferred' && data.toAgentId !== undefined) {
      this.assigned(issue.agents, data.toAgentId, data.toTeam, at);
    } else if (type === 'IssueEscalated' && issue.lastContactId !== undefined) {
      this.contacts.escalated(customer, issue.lastContactId);
    }
  }

  private workedAlone({ agents }: Issue, agentId: string, work: Work, at: number): void {
    agents.worked({ agentId, kind: this.kindOf(agentId) }, work, at);
  }

  private assigned(agents: IssueAgents, agentId: string, team: string | undefined, at: number): void {
    agents.assigned({ agentId, team, kind: this.kindOf(agentId) }, at);
  }

  private kindOf(agentId: string): ContactAgent['kind'] {
    return this.contacts.isBot(agentId) ? 'bot' : 'human';
  }

  private workedInContact(issue: Issue, { agentId, kind, team, joinedAt }: ContactAgent): void {
    issue.agents.worked({ agentId, kind, team }, 'contacts', joinedAt);
  }

  private categoryFound(issue: Issue): void {
    const { customer, issueId, category } = issue;
    for (const contactId of issue.contactIds())
      this.contacts.categoryFound(customer, contactId, issueId, category);
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
    const isFirst = issue.firstContactAt === undefined;
    issue.firstContactAt ??= at;
    issue.lastContactAt = at;
    issue.lastContactId = contactId;
    if (!issue.noteContact(contactId)) return;
    this.awaitAnswer(issue, at, context);
    const contact = this.contacts.isAbout(issue.customer, contactId, issue.issueId, issue.knownCategory);
    if (isFirst) issue.firstChannel = contact.channel;
    for (const agent of contact.agents.all) this.workedInContact(issue, agent);
    const { channel } = contact;
    if (issue.contacts > 1) this.signals.add('repeatContact', at, context);
    const changed = channel !== undefined && issue.channel !== undefined && channel !== issue.channel;
    if (changed) this.signals.add('friction', at, context);
    issue.channel = channel ?? issue.channel;
  }
}

const newIssue = (customer: string, issueId: string): Issue => new Issue(customer, issueId);
