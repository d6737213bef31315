import { churnInputs, type CustomerState, type Issue, missedAtOf } from '#customer';
import { churnScore, DAY, HOUR, nextBandAt, type ViewContext } from '#scoring';

/** How soon something is to be done. */
export const URGENCIES = ['now', 'today', 'soon', 'later'] as const;
export type Urgency = (typeof URGENCIES)[number];

/** Something that should be done for the customer. */
export interface Action {
  readonly urgency: Urgency;
  readonly reason: string;
  /** The event that caused it; undefined where silence did. */
  readonly eventId: string | undefined;
  /** By when (ms); undefined: at once, or whenever there is time. */
  readonly dueAt?: number;
  readonly issueId?: string;
  readonly promiseId?: string;
  readonly contactId?: string;
}

type Rule = (state: CustomerState, context: ViewContext) => Iterable<Action>;

/** An event or an end that is older than this asks for nothing any more. */
const STALE = 30 * DAY;

/** The rules, by name, the most urgent first. Each looks at the folded state at `context.asOf` alone. */
export const ACTION_RULES = {
  /** A promise is overdue and not settled. */
  *'keep-missed-promise'({ promises }, { asOf }) {
    for (const promise of promises.records.values()) {
      const missedAt = missedAtOf(promise);
      if (promise.settled || missedAt === undefined || missedAt > asOf) continue;
      const { promiseId, eventId, kind } = promise;
      yield { urgency: 'now', reason: `the ${kind} that was promised is overdue`, eventId, promiseId };
    }
  },
  /** A promise is due within a day. */
  *'keep-due-promise'({ promises }, { asOf }) {
    for (const { promiseId, missedFrom, eventId, kind } of promises.pending) {
      if (missedFrom <= asOf || missedFrom - 1 > asOf + DAY) continue;
      const reason = `a ${kind} was promised and is due within a day`;
      yield { urgency: 'today', reason, eventId, dueAt: missedFrom - 1, promiseId };
    }
  },
  /** The SLA of an open issue is breached. */
  *'resolve-breached-issue'({ issues }, { asOf }) {
    for (const issue of issues.open) {
      if (issue.breachAt === null || issue.breachAt > asOf) continue;
      yield { urgency: 'now', reason: 'the issue has missed its SLA and is still open', ...about(issue) };
    }
  },
  /** An open issue breaches its SLA within a day. */
  *'resolve-before-breach'({ issues }, { asOf }) {
    for (const issue of issues.open) {
      const { breachAt } = issue;
      if (breachAt === null || breachAt <= asOf || breachAt > asOf + DAY) continue;
      const urgency = breachAt <= asOf + HOUR ? 'now' : 'today';
      yield { urgency, reason: 'the issue breaches its SLA within a day', dueAt: breachAt, ...about(issue) };
    }
  },
  /** No person has answered yet. */
  *'answer-customer'({ issues }, { asOf }) {
    for (const issue of issues.open) {
      const dueAt = issue.responseClock?.breachAt ?? undefined;
      if (!issue.isUnanswered || dueAt === undefined) continue;
      const urgency = dueAt <= asOf + HOUR ? 'now' : 'today';
      yield { urgency, reason: 'no person has answered the customer yet', dueAt, ...about(issue) };
    }
  },
  /** A bad answer to a survey that nobody has followed up. */
  *'call-back-detractor'({ feedback, contacts, promises }, { asOf }) {
    const contactedAt = Math.max(
      contacts.latest?.startedAt ?? -Infinity,
      promises.lastFollowUpAt ?? -Infinity,
    );
    for (const answer of feedback.answers.values()) {
      const { survey, score, givenAt, replacedAt, eventId } = answer;
      if (replacedAt !== undefined || givenAt < asOf - STALE || contactedAt > givenAt) continue;
      const isBad = (survey === 'nps' && score <= 6) || (survey === 'csat' && score <= 2);
      if (!isBad) continue;
      const reason = `answered ${survey} with ${score}, and nobody has talked to the customer since`;
      yield { urgency: 'today', reason, eventId };
    }
  },
  /** Resolved, and the customer has not said that it is. */
  *'confirm-resolution'({ issues }, { asOf }) {
    for (const issue of issues.records.values()) {
      const { resolvedAt, resolvedEventId: eventId } = issue.times;
      if (issue.state !== 'resolved' || resolvedAt! > asOf - DAY || resolvedAt! < asOf - STALE) continue;
      const reason = 'the issue was resolved, and the customer has not confirmed it';
      yield { urgency: 'soon', reason, issueId: issue.issueId, eventId };
    }
  },
  /** Silence alone puts the customer into a higher band of risk within two weeks. */
  *'win-back'(state, context) {
    const inputs = churnInputs(state);
    const dueAt = nextBandAt(inputs, context.asOf, context);
    if (dueAt === null || dueAt > context.asOf + 14 * DAY) return;
    const [now, then] = [context.asOf, dueAt].map((at) => churnScore(inputs, at, context));
    if (then!.risk <= now!.risk) return;
    const reason = `silence alone moves the risk of churn from ${now!.band} to ${then!.band} within two weeks`;
    yield { urgency: 'soon', reason, dueAt, eventId: undefined };
  },
  /** The last contact ended without an invitation to come again. */
  *'invite-back'({ contacts: { latest } }, { asOf }) {
    if (latest === undefined || latest.endedAt === null || latest.endedAt < asOf - STALE) return;
    if (latest.disposition !== 'completed' || latest.stepOutcome('ReturnInvited') !== 'missing') return;
    const reason = 'the last contact ended without an invitation to come again';
    yield { urgency: 'later', reason, contactId: latest.contactId, eventId: latest.endEventId };
  },
} as const satisfies { readonly [rule: string]: Rule };

export type ActionRule = keyof typeof ACTION_RULES;

function about({ issueId, raisedEventId }: Issue): Pick<Action, 'issueId' | 'eventId'> {
  return { issueId, eventId: raisedEventId };
}
