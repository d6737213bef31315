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
    breaches: breaches.sort((a, b) => a[0] - b[0]),
    promises: promises.pending.map(({ missedFrom, promiseId }) => [missedFrom, promiseId]),
  };
}

/** What loyalty is worked out from, at any time from the state's last fact on. */
export function loyaltyInputs({ behaviour, feedback, advocacy, contacts }: CustomerState): LoyaltyInputs {
  return {
    purchases: behaviour.purchases,
    contract: behaviour.contract,
    attitude: feedback.attitude,
    advocacy: advocacy.sum,
    process: contacts.process,
  };
}
