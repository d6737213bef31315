import { excessRisk } from './churn-bands.js';
import { WEEK } from './duration.js';
import type { FoldContext } from './fold-context.js';
import type { Range } from './levels-ahead.js';
import { mbgAlive, mbgRisk } from './mbg.js';
import { historyAt, type Purchases } from './purchase-history.js';
import { contractYears, sbgRisk } from './sbg.js';
import { riskBetween, riskWithService, type ServiceRange, type SignalLevels } from './service-layer.js';

/** What a customer's behavioural risk rests on. */
export type ChurnKind = 'contractual' | 'non-contractual' | 'base-rate';

/** A customer's contracts, folded: the running one that began first, or, after the last has ended, that one. */
export interface Contract {
  readonly startedAt: number;
  /** Null while it runs. */
  readonly endedAt: number | null;
}

/** What the risk of churn is a function of, besides time, policy and model. */
export interface ChurnInputs {
  readonly purchases?: Purchases;
  readonly contract?: Contract;
  /** Milliseconds. */
  readonly lastContactAt?: number;
  /** The decayed counters as read at a time. */
  signals(asOf: number): SignalLevels;
  /** What time alone adds to them from one time (exclusive) to another, before it fades: breaches, missed promises. */
  addedSignals(from: number, to: number): SignalLevels;
}

/** Policy and model, as far as scores need them. */
export type ScoringContext = Pick<FoldContext, 'policy' | 'model'>;

/** A risk with all that it is published with. Not rounded. */
export interface ChurnScore {
  readonly kind: ChurnKind;
  /** Chance of churn within the horizon: 1 for whoever has left. */
  readonly risk: number;
  /** The behavioural part; null where the base rate stands in. */
  readonly riskH: number | null;
  /** Of the non-contractual kind only. */
  readonly pAlive: number | null;
  /** The behavioural risk just after a purchase, from which the excess is counted. */
  readonly fresh: number;
  readonly excess: number;
  readonly left: boolean;
  readonly horizonDays: number;
  /** 1 where behaviour is known, 0 where the base rate stands in. */
  readonly coverage: number;
}

/** Which kind the policy makes of a customer. */
export function churnKind({ purchases, contract }: ChurnInputs, { policy }: ScoringContext): ChurnKind {
  const allowed = (kind: ChurnKind) => policy.kind === 'automatic' || policy.kind === kind;
  if (contract !== undefined && allowed('contractual')) return 'contractual';
  return purchases !== undefined && allowed('non-contractual') ? 'non-contractual' : 'base-rate';
}

/** The risk of churn at `asOf` (ms, not before the customer's last event). */
export function churnScore(inputs: ChurnInputs, asOf: number, context: ScoringContext): ChurnScore {
  const kind = churnKind(inputs, context);
  const { policy, model } = context;
  const left = kind === 'contractual' && inputs.contract!.endedAt !== null;
  const behavioural = left ? 1 : behaviouralOverTime(inputs, kind, context)(asOf);
  const fresh = freshRisk(inputs, kind, context);
  const risk = left ? 1 : riskAt(inputs, behavioural, asOf, context);
  const history = kind === 'non-contractual' ? historyAt(inputs.purchases!, asOf) : undefined;
  return {
    kind,
    risk,
    riskH: kind === 'base-rate' ? null : behavioural,
    pAlive: history === undefined ? null : mbgAlive(model.mbg, history),
    fresh,
    excess: excessRisk(risk, fresh),
    left,
    horizonDays:
      7 * (kind === 'contractual' ? policy.horizonWeeks.contractual : policy.horizonWeeks.nonContractual),
    coverage: kind === 'base-rate' ? 0 : 1,
  };
}

/**
 * The excess as a function of time, while the customer stays silent, and what it can be between two times. Cheap to
 * call: what is constant is worked out once.
 */
export function excessOverTime(
  inputs: ChurnInputs,
  context: ScoringContext,
): { excessAt(asOf: number): number; excessBetween(from: number, to: number): Range } {
  const kind = churnKind(inputs, context);
  if (kind === 'contractual' && inputs.contract!.endedAt !== null)
    return { excessAt: () => 1, excessBetween: () => [1, 1] };
  const fresh = freshRisk(inputs, kind, context);
  const behavioural = behaviouralOverTime(inputs, kind, context);
  return {
    excessAt: (asOf) => excessRisk(riskAt(inputs, behavioural(asOf), asOf, context), fresh),
    excessBetween(from, to) {
      const [least, most] = riskBetween(
        serviceBetween(inputs, behavioural, from, to),
        context.policy,
        context.model,
      );
      return [excessRisk(least, fresh), excessRisk(most, fresh)];
    },
  };
}

/** The behavioural risk only rises or only falls while a customer is silent; signals fade, but for those that are added. */
function serviceBetween(
  { lastContactAt, purchases, signals, addedSignals }: ChurnInputs,
  behavioural: (asOf: number) => number,
  from: number,
  to: number,
): ServiceRange {
  const weeksSince = (asOf: number) =>
    lastContactAt === undefined ? undefined : (asOf - lastContactAt) / WEEK;
  return {
    behavioural: [behavioural(from), behavioural(to)],
    weeksSinceContact: [weeksSince(from), weeksSince(to)],
    x: purchases?.x ?? 0,
    signals: [signals(from), signals(to)],
    added: addedSignals(from, to),
  };
}

/** `riskH` of the score as a function of time, as cheap. */
export function riskHOverTime(
  inputs: ChurnInputs,
  context: ScoringContext,
): (asOf: number) => ChurnScore['riskH'] {
  const kind = churnKind(inputs, context);
  if (kind === 'base-rate') return () => null;
  if (kind === 'contractual' && inputs.contract!.endedAt !== null) return () => 1;
  return behaviouralOverTime(inputs, kind, context);
}

function behaviouralOverTime(
  { purchases, contract }: ChurnInputs,
  kind: ChurnKind,
  { policy, model }: ScoringContext,
): (asOf: number) => number {
  if (kind === 'base-rate') return () => policy.baseRate;
  const { contractual, nonContractual } = policy.horizonWeeks;
  if (kind === 'non-contractual')
    return (asOf) => mbgRisk(model.mbg, historyAt(purchases!, asOf), nonContractual);
  const yearAt = contractYears(contract!.startedAt);
  let [year, risk] = [0, 0];
  return (asOf) => {
    const now = yearAt(asOf);
    if (now !== year) [year, risk] = [now, sbgRisk(model.sbg, now, contractual)];
    return risk;
  };
}

function freshRisk({ purchases }: ChurnInputs, kind: ChurnKind, { policy, model }: ScoringContext): number {
  if (kind !== 'non-contractual') return 0;
  return mbgRisk(model.mbg, historyAt(purchases!, purchases!.last), policy.horizonWeeks.nonContractual);
}

function riskAt(
  inputs: ChurnInputs,
  behavioural: number,
  asOf: number,
  { policy, model }: ScoringContext,
): number {
  const { lastContactAt, purchases } = inputs;
  return riskWithService(
    {
      behavioural,
      weeksSinceContact: lastContactAt === undefined ? undefined : (asOf - lastContactAt) / WEEK,
      x: purchases?.x ?? 0,
      signals: inputs.signals(asOf),
    },
    policy,
    model,
  );
}
