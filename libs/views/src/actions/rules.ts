import {
  churnInputs,
  type CustomerState,
  type Issue,
  missedAtOf,
  type PromiseRecord,
  RECENT,
} from '#customer';
import {
  bandUnchangedBefore,
  type ChurnInputs,
  churnScore,
  DAY,
  HOUR,
  nextBandAt,
  type ViewContext,
} from '#scoring';
import { CHURN_BANDS } from '../churn-risk/churn-risk-view.js';

/** How soon something is to be done. */
export const URGENCIES = ['now', 'today', 'soon', 'later'] as const;
export type Urgency = (typeof URGENCIES)[number];

/** Something to do for the customer while nothing else happens: an action from `from` to `until`, ms. */
export interface Prospect {
  readonly urgency: Urgency;
  /** From when on it is urgent `now`; absent: never. */
  readonly nowFrom?: number;
  /** Absent: since it was caused. */
  readonly from?: number;
  /** Exclusive; absent: until something happens. */
  readonly until?: number;
  readonly reason: string;
  /** The event that caused it; undefined where silence did. */
  readonly eventId: string | undefined;
  /** By when (ms) it is to be done; absent: at once, or whenever there is time. */
  readonly dueAt?: number;
  /** The customer to whom what it is about was published; absent: it is about the person. */
  readonly publishedTo?: string;
  readonly issueId?: string;
  readonly promiseId?: string;
  readonly contactId?: string;
  /** The team and the agent that have, or had, to do with it; null: not known. */
  readonly team: string | null;
  readonly agentId: string | null;
}

type Rule = (state: CustomerState, context: ViewContext) => Iterable<Prospect>;

/** Silence that puts the customer into a higher band within this time (ms) asks for something. */
const WIN_BACK_AHEAD = 14 * DAY;

/** Looking once in this time (ms) costs less than finding the exact time at every event; rows do not change meanwhile. */
const LOOKED_AT_EVERY = 14 * DAY;

/** The rules, by name, the most urgent first. Each looks at the folded state at `context.asOf`, and ahead. */
export const ACTION_RULES = {
  /** A promise is overdue and not settled. */
  *'keep-missed-promise'({ promises }) {
    for (const promise of promises.unsettled) {
      const reason = `the ${promise.kind!} that was promised is overdue`;
      yield { urgency: 'now', from: missedAtOf(promise)!, reason, ...aboutPromise(promise) };
    }
  },
  /** A promise is due within a day. */
  *'keep-due-promise'({ promises }) {
    for (const promise of promises.unsettled) {
      const dueAt = promise.dueAt!;
      const reason = `a ${promise.kind!} was promised and is due within a day`;
      yield {
        ...{ urgency: 'today', from: dueAt - DAY, until: dueAt + 1, reason, dueAt },
        ...aboutPromise(promise),
      };
    }
  },
  /** The SLA of an open issue is breached. */
  *'resolve-breached-issue'({ issues }) {
    for (const issue of issues.open) {
      const { breachAt } = issue;
      if (breachAt === null) continue;
      const reason = 'the issue has missed its SLA and is still open';
      yield { urgency: 'now', from: breachAt, reason, ...aboutIssue(issue) };
    }
  },
  /** An open issue breaches its SLA within a day. */
  *'resolve-before-breach'({ issues }) {
    for (const issue of issues.open) {
      const { breachAt } = issue;
      if (breachAt === null) continue;
      yield {
        ...{ urgency: 'today', from: breachAt - DAY, nowFrom: breachAt - HOUR, until: breachAt },
        ...{ reason: 'the issue breaches its SLA within a day', dueAt: breachAt, ...aboutIssue(issue) },
      };
    }
  },
  /** No person has answered yet. */
  *'answer-customer'({ issues }) {
    for (const issue of issues.open) {
      const dueAt = issue.responseClock?.breachAt ?? undefined;
      if (!issue.isUnanswered || dueAt === undefined) continue;
      const reason = 'no person has answered the customer yet';
      yield { urgency: 'today', nowFrom: dueAt - HOUR, reason, dueAt, ...aboutIssue(issue) };
    }
  },
  /** A bad answer to a survey that nobody has followed up. */
  *'call-back-detractor'({ feedback, contacts, promises }, { asOf }) {
    const contactedAt = Math.max(
      contacts.latest?.startedAt ?? -Infinity,
      promises.lastFollowUpAt ?? -Infinity,
    );
    // The newest first: what lies behind the last contact, or is older than a month, asks for nothing.
    for (let i = feedback.bad.length - 1; i >= 0; i--) {
      const { survey, score, givenAt, replacedAt, eventId, customer, about, agentId } = feedback.bad[i]!;
      if (givenAt < Math.max(contactedAt, asOf - RECENT)) return;
      if (replacedAt !== undefined) continue;
      const reason = `answered ${survey} with ${score}, and nobody has talked to the customer since`;
      yield {
        ...{ urgency: 'today', until: givenAt + RECENT + 1, reason, eventId },
        ...{ publishedTo: customer, team: about.team, agentId },
      };
    }
  },
  /** Resolved, and the customer has not said that it is. */
  *'confirm-resolution'({ issues }) {
    for (const issue of issues.recentlyResolved) {
      const { resolvedAt, resolvedEventId: eventId, resolvedBy } = issue.times;
      const agentId = resolvedBy ?? issue.assignee;
      const reason = 'the issue was resolved, and the customer has not confirmed it';
      yield {
        ...{ urgency: 'soon', from: resolvedAt! + DAY, until: resolvedAt! + RECENT + 1, reason },
        ...{ ...aboutIssue(issue), eventId, agentId },
      };
    }
  },
  /** Silence alone puts the customer into a higher band of risk within two weeks. */
  *'win-back'(state, context) {
    const { asOf } = context;
    const inputs = churnInputs(state);
    const nobody = { urgency: 'soon', eventId: undefined, team: null, agentId: null } as const;
    const until = nextBandAt(inputs, asOf, context, asOf + WIN_BACK_AHEAD);
    if (until === null) {
      yield { ...nobody, reason: 'not known yet', from: nextLook(inputs, context) };
      return;
    }
    const [now, then] = [asOf, until].map((at) => churnScore(inputs, at, context).band);
    // A lower band ahead asks for nothing, but what follows it may: it is looked at again then.
    const isHigher = CHURN_BANDS.indexOf(then!) > CHURN_BANDS.indexOf(now!);
    const reason = `silence alone moves the risk of churn from ${now} to ${then} within two weeks`;
    yield { ...nobody, reason, from: isHigher ? until - WIN_BACK_AHEAD : until, until, dueAt: until };
  },
  /** The last contact ended without an invitation to come again. */
  *'invite-back'({ contacts: { latest } }) {
    if (latest === undefined || latest.endedAt === null) return;
    if (latest.disposition !== 'completed' || latest.stepOutcome('ReturnInvited') !== 'missing') return;
    const { customer, contactId, endEventId, endedAt, team, agents } = latest;
    yield {
      ...{ urgency: 'later', until: endedAt + RECENT + 1, contactId, eventId: endEventId },
      reason: 'the last contact ended without an invitation to come again',
      ...{ publishedTo: customer, team: team ?? null, agentId: agents.finisher?.agentId ?? null },
    };
  },
} as const satisfies { readonly [rule: string]: Rule };

/** When (ms) a customer has to be looked at again whose band does not change within `WIN_BACK_AHEAD`. */
function nextLook(inputs: ChurnInputs, context: ViewContext): number {
  const { asOf } = context;
  const look = (Math.floor(asOf / LOOKED_AT_EVERY) + 1) * LOOKED_AT_EVERY;
  const changes = bandUnchangedBefore(inputs, asOf + WIN_BACK_AHEAD, context, look + WIN_BACK_AHEAD);
  return changes === null ? look : changes - WIN_BACK_AHEAD;
}

export type ActionRule = keyof typeof ACTION_RULES;

export const RULE_NAMES = Object.keys(ACTION_RULES) as readonly ActionRule[];

function aboutPromise({ promiseId, eventId, customer, about, agentId }: PromiseRecord) {
  return {
    ...{ promiseId, eventId, publishedTo: customer },
    ...{ team: about?.team ?? null, agentId: agentId ?? null },
  };
}

function aboutIssue({ issueId, raisedEventId, customer, team, assignee }: Issue) {
  return { issueId, eventId: raisedEventId, publishedTo: customer, team, agentId: assignee };
}
