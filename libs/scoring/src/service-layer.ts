import type { ScoringContext } from './behaviour.js';
import { constant, type Drift, mapped, monotone, sumOf } from './drift.js';
import { WEEK } from './duration.js';
import type { ScoringModel } from './model.js';
import type { ScoringPolicy, Signal } from './policy.js';
import { type SignalInputs, signalDrifts } from './signals.js';
import { logistic, logit } from './special-functions.js';

/** What the service layer adds to the behavioural risk. */
export interface ServiceInputs extends SignalInputs {
  /** Milliseconds; absent when there was no contact. */
  readonly lastContactAt?: number;
  /** Repeat purchase days. */
  readonly x: number;
}

/** A probability kept within [1e-6, 1 − 1e-6], so that its log odds are finite. */
export function clampRisk(risk: number): number {
  return Math.min(1 - 1e-6, Math.max(1e-6, risk));
}

/** The weight of a signal: the model's if it was learnt, else the policy's. */
export function betaOf(signal: Signal, policy: ScoringPolicy, model: ScoringModel): number {
  return model.betas[signal] ?? policy.signals[signal].beta;
}

/**
 * logit(risk) = c0 + c1·logit(risk_H) + c2·ln(1 + weeks since the last contact) + c3·ln(1 + x)
 *   + Σ βk·log2(1 + zk): one fresh signal weighs exactly its β, the tenth much less than the first.
 */
export function riskWithService(inputs: ServiceInputs, behavioural: Drift, context: ScoringContext): Drift {
  const { policy, model } = context;
  const { c0, c1, c2, c3 } = model.layer;
  const { lastContactAt, x } = inputs;
  const odds: Drift[] = [constant(c0), mapped(behavioural, (risk) => c1 * logit(clampRisk(risk)))];
  if (lastContactAt !== undefined && c2 !== 0)
    odds.push(monotone((at) => c2 * Math.log1p(Math.max(0, at - lastContactAt) / WEEK)));
  odds.push(constant(c3 * Math.log1p(x)));
  for (const signal of signalDrifts(inputs, policy)) {
    const beta = betaOf(signal.signal, policy, model);
    odds.push(mapped(signal, (z) => (beta * Math.log1p(z)) / Math.LN2));
  }
  return mapped(sumOf(odds), logistic);
}
