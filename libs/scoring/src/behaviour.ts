import { type Drift, constant, monotone } from './drift.js';
import type { FoldContext } from './fold-context.js';
import { mbgRisk, mbgRiskOverTime } from './mbg.js';
import { historyAt, type Purchases, weeksBetween } from './purchase-history.js';
import { contractAnniversary, contractYears, sbgRisk } from './sbg.js';

/** Which model a customer's behavioural risk comes from: contracts, purchases, or the policy's base rate. */
export type ChurnKind = 'contractual' | 'non-contractual' | 'base-rate';

/** The contract that decides on the risk: the running one that began first, or the last one once all have ended. */
export interface Contract {
  readonly startedAt: number;
  /** Null while it runs. */
  readonly endedAt: number | null;
}

/** Purchases and contracts of a customer. */
export interface BehaviourInputs {
  readonly purchases?: Purchases;
  readonly contract?: Contract;
}

/** The policy and the model that a score is computed with. */
export type ScoringContext = Pick<FoldContext, 'policy' | 'model'>;

/** The kind of a customer under the policy. */
export function churnKind({ purchases, contract }: BehaviourInputs, { policy }: ScoringContext): ChurnKind {
  const allowed = (kind: ChurnKind) => policy.kind === 'automatic' || policy.kind === kind;
  if (contract !== undefined && allowed('contractual')) return 'contractual';
  return purchases !== undefined && allowed('non-contractual') ? 'non-contractual' : 'base-rate';
}

/** Whether the customer's last contract has ended: the risk is 1 from then on. */
export function hasLeft(inputs: BehaviourInputs, context: ScoringContext): boolean {
  return churnKind(inputs, context) === 'contractual' && inputs.contract!.endedAt !== null;
}

/**
 * risk_H, the chance of churn within the horizon by behaviour alone; the base rate where no behaviour is known. While
 * the customer is silent it only rises (purchases) or only falls, in steps (a contract's years).
 */
export function behaviouralRisk(inputs: BehaviourInputs, context: ScoringContext): Drift {
  const { policy, model } = context;
  const kind = churnKind(inputs, context);
  if (kind === 'base-rate') return constant(policy.baseRate);
  if (hasLeft(inputs, context)) return constant(1);
  const { contractual, nonContractual } = policy.horizonWeeks;
  const { purchases, contract } = inputs;
  if (kind === 'non-contractual') {
    const { first, last, x } = purchases!;
    const risk = mbgRiskOverTime(model.mbg, { x, tx: weeksBetween(first, last) }, nonContractual);
    return monotone((asOf) => risk(weeksBetween(first, Math.max(asOf, last))));
  }
  const { startedAt } = contract!;
  const yearAt = contractYears(startedAt);
  let [year, risk] = [0, 0];
  return monotone(
    (asOf) => {
      const now = yearAt(asOf);
      if (now !== year) [year, risk] = [now, sbgRisk(model.sbg, now, contractual)];
      return risk;
    },
    (at) => contractAnniversary(startedAt, at),
  );
}

/** The behavioural risk just after a purchase, from which the excess is counted; 0 for the other kinds. */
export function freshRisk(inputs: BehaviourInputs, context: ScoringContext): number {
  if (churnKind(inputs, context) !== 'non-contractual') return 0;
  const { purchases } = inputs;
  const { policy, model } = context;
  return mbgRisk(model.mbg, historyAt(purchases!, purchases!.last), policy.horizonWeeks.nonContractual);
}

/** Days within which "no purchase" or "contract ended" counts as churn. */
export function horizonDays(kind: ChurnKind, { policy: { horizonWeeks } }: ScoringContext): number {
  return 7 * (kind === 'contractual' ? horizonWeeks.contractual : horizonWeeks.nonContractual);
}
