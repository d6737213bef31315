import type { Survey } from '#journey';
import { isDetractor, isPromoter } from './nps.js';
import type { ScoringPolicy, Signal } from './policy.js';

/** A survey's answer on the scale 1–7; undefined for recommendation (nps), which counts towards advocacy. */
export function perceivedOf(survey: Survey, score: number): number | undefined {
  if (survey === 'nps') return undefined;
  const seven = survey === 'csat' ? 1 + (score - 1) * 1.5 : score;
  return Math.min(7, Math.max(1, seven));
}

/** Perceived performance compared with expectation. */
export interface Disconfirmation {
  /** perceived − expected, on the scale 1–7. */
  readonly d: number;
  /** Satisfaction 0…1; ⅔ where expectation is just met (by the default policy). */
  readonly v: number;
  /** True when the expectation is the policy's, since none was recorded. */
  readonly expectationAssumed: boolean;
}

/**
 * Expectancy disconfirmation (Oliver 1980) with a shortfall that hurts more than an excess helps (Anderson &
 * Sullivan 1993; Mittal et al. 1998): tanh(d/s), times `shortfall` below zero, rescaled to 0…1.
 */
export function disconfirmationOf(
  perceived: number,
  expected: number | undefined,
  policy: ScoringPolicy,
): Disconfirmation {
  const { expected: assumed, scale, shortfall } = policy.disconfirmation;
  const d = perceived - (expected ?? assumed);
  const felt = Math.tanh(d / scale) * (d >= 0 ? 1 : shortfall);
  return { d, v: (felt + shortfall) / (1 + shortfall), expectationAssumed: expected === undefined };
}

/**
 * The signal that an answer adds to the risk of churn: high effort, else negative or positive by the sign of the
 * disconfirmation (recommendation: detractors and promoters). Undefined where it gives none.
 */
export function feedbackSignal(
  survey: Survey,
  score: number,
  expected: number | undefined,
  policy: ScoringPolicy,
): Signal | undefined {
  if (survey === 'nps')
    return isPromoter(score) ? 'positiveFeedback' : isDetractor(score) ? 'negativeFeedback' : undefined;
  if (survey === 'ces' && score <= policy.highEffortUpTo) return 'highEffort';
  const { d } = disconfirmationOf(perceivedOf(survey, score)!, expected, policy);
  return d > 0 ? 'positiveFeedback' : d < 0 ? 'negativeFeedback' : undefined;
}
