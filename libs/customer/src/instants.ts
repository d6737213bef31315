import { churnKind, contractAnniversaries, type FoldContext } from '#scoring';
import type { CustomerState } from './customer-state.js';

/** Something that happens to a customer by itself, at a time (ms), without an event. */
export type OwnChange = {
  readonly at: number;
  /** The identity it was published to, where several identities have one of this id. */
  readonly publishedTo?: string;
} & (
  | { readonly type: 'sla-breached' | 'first-response-missed'; readonly issueId: string }
  | { readonly type: 'promise-missed'; readonly promiseId: string }
  | { readonly type: 'contract-year'; readonly contractId: string }
);

/**
 * What silence brings about after `from` (ms, not before the state's last fact) up to `to`, inclusive, if nothing
 * happens between: issues that breach their SLA or whose first answer is late, promises that are missed, and a new year of the contract where the
 * risk depends on it. In the order of time.
 */
export function instantsBetween(
  state: CustomerState,
  context: FoldContext,
  from: number,
  to: number,
): readonly OwnChange[] {
  const changes: OwnChange[] = [...breaches(state, from, to), ...missedPromises(state, from, to)];
  changes.push(...contractYears(state, context, from, to));
  return changes.sort((a, b) => a.at - b.at);
}

function* breaches({ issues }: CustomerState, from: number, to: number): Iterable<OwnChange> {
  for (const { issueId, customer, breachAt, responseClock } of issues.open) {
    const due = { 'sla-breached': breachAt, 'first-response-missed': responseClock?.breachAt ?? null };
    const publishedTo = issues.isShared(issueId) && { publishedTo: customer };
    for (const type of ['first-response-missed', 'sla-breached'] as const) {
      const at = due[type];
      if (at !== null && at > from && at <= to) yield { at, type, issueId, ...publishedTo };
    }
  }
}

function* missedPromises({ promises }: CustomerState, from: number, to: number): Iterable<OwnChange> {
  for (const { promiseId, customer, missedFrom: at } of promises.pending) {
    if (at > to) return;
    const publishedTo = promises.isShared(promiseId) && { publishedTo: customer };
    if (at > from) yield { at, type: 'promise-missed', promiseId, ...publishedTo };
  }
}

function* contractYears(
  state: CustomerState,
  context: FoldContext,
  from: number,
  to: number,
): Iterable<OwnChange> {
  const { behaviour } = state;
  const contract = behaviour.firstRunning;
  if (contract === undefined || churnKind(behaviour, context) !== 'contractual') return;
  const { contractId, customer } = contract;
  const publishedTo = behaviour.isShared(contractId) && { publishedTo: customer };
  for (const at of contractAnniversaries(contract.startedAt, from, to)) {
    yield { at, type: 'contract-year', contractId, ...publishedTo };
  }
}
