import type { ChurnInputs, Deadline, LoyaltyInputs } from '#scoring';
import type { CustomerState } from './customer-state.js';

/** What the risk of churn is worked out from, at any time from the state's last fact on. */
export function churnInputs({ behaviour, contacts, issues, promises, signals }: CustomerState): ChurnInputs {
  const breaches: Deadline[] = [];
  for (const { breachAt, issueId } of issues.open) if (breachAt !== null) breaches.push([breachAt, issueId]);
  return {
    purchases: behaviour.purchases,
    contract: behaviour.contract,
    lastContactAt: contacts.lastAt,
    openIssues: issues.open.size,
    signals: signals.sums,
    breaches: breaches.sort(byTime),
    promises: promises.pending.map(({ missedFrom, promiseId }): Deadline => [missedFrom, promiseId]),
  };
}

/** Ids order what is due at the same time, so that reasons name the same issues in whatever order they were raised. */
function byTime([a, idOfA]: Deadline, [b, idOfB]: Deadline): number {
  return a - b || (idOfA < idOfB ? -1 : idOfA > idOfB ? 1 : 0);
}

/** What loyalty is worked out from, at any time from the state's last fact on. */
export function loyaltyInputs({ advocacy, behaviour, contacts, feedback }: CustomerState): LoyaltyInputs {
  return {
    purchases: behaviour.purchases,
    contract: behaviour.contract,
    attitude: feedback.attitude,
    advocacy: advocacy.sum,
    process: contacts.process,
  };
}
