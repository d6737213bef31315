import type { ScoringModel } from './model.js';
import { type ScoringPolicy, type Signal, SIGNALS } from './policy.js';
import { logistic, logit } from './special-functions.js';

/** Decayed counters as read at the time of the question; absent is 0. */
export type SignalLevels = { readonly [signal in Signal]?: number };

/** What the service layer puts on top of the behavioural risk. */
export interface ServiceInputs {
  /** risk_H, or the base rate. */
  readonly behavioural: number;
  /** Weeks since the last contact; undefined when there was none. */
  readonly weeksSinceContact?: number;
  /** Repeat purchase days. */
  readonly x: number;
  readonly signals: SignalLevels;
}

/** A probability kept away from certainty, so that its log odds are finite. */
export function clampRisk(risk: number): number {
  return Math.min(1 - 1e-6, Math.max(1e-6, risk));
}

/** The weight of a signal: as learnt, else the policy's prior mean. */
export function betaOf(signal: Signal, policy: ScoringPolicy, model: ScoringModel): number {
  return model.betas[signal] ?? policy.signals[signal].beta;
}

/**
 * logit(risk) = c0 + c1·logit(risk_H) + c2·ln(1 + weeks since the last contact) + c3·ln(1 + x)
 *   + Σ βk·log2(1 + zk): one fresh signal weighs exactly its β, the tenth much less than the first.
 */
export function riskWithService(inputs: ServiceInputs, policy: ScoringPolicy, model: ScoringModel): number {
  const { c0, c1, c2, c3 } = model.layer;
  let odds = c0 + c1 * logit(clampRisk(inputs.behavioural));
  if (inputs.weeksSinceContact !== undefined) odds += c2 * Math.log1p(Math.max(0, inputs.weeksSinceContact));
  odds += c3 * Math.log1p(inputs.x);
  for (const signal of SIGNALS) {
    const z = inputs.signals[signal];
    if (z !== undefined && z > 0) odds += (betaOf(signal, policy, model) * Math.log1p(z)) / Math.LN2;
  }
  return logistic(odds);
}
