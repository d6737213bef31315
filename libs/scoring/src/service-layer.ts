import type { Range } from './levels-ahead.js';
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

/** What the service layer is put on between two times: its parts at the one and at the other, in between no further apart. */
export interface ServiceRange {
  readonly behavioural: Range;
  readonly weeksSinceContact: readonly [from: number | undefined, to: number | undefined];
  readonly x: number;
  /** These fade from the one to the other, … */
  readonly signals: readonly [from: SignalLevels, to: SignalLevels];
  /** … but for what is added between them. */
  readonly added: SignalLevels;
}

/** The least and the most that `riskWithService` can be between two times: each part at its worst by itself. */
export function riskBetween(range: ServiceRange, policy: ScoringPolicy, model: ScoringModel): Range {
  const { c0, c1, c2, c3 } = model.layer;
  const { behavioural, weeksSinceContact, x, signals, added } = range;
  const odds: [least: number, most: number] = [c0 + c3 * Math.log1p(x), c0 + c3 * Math.log1p(x)];
  const add = (one: number, other: number) => {
    odds[0] += Math.min(one, other);
    odds[1] += Math.max(one, other);
  };
  add(c1 * logit(clampRisk(behavioural[0])), c1 * logit(clampRisk(behavioural[1])));
  const [before, after] = weeksSinceContact;
  if (before !== undefined && after !== undefined)
    add(c2 * Math.log1p(Math.max(0, before)), c2 * Math.log1p(Math.max(0, after)));
  for (const signal of SIGNALS) {
    const more = added[signal] ?? 0;
    const most = (signals[0][signal] ?? 0) + more;
    if (most === 0) continue;
    const least = Math.max(0, (signals[1][signal] ?? 0) - more);
    const beta = betaOf(signal, policy, model) / Math.LN2;
    add(beta * Math.log1p(least), beta * Math.log1p(most));
  }
  return [logistic(odds[0]), logistic(odds[1])];
}
