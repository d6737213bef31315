import { behaviouralRisk, type ScoringContext } from '../behaviour.js';
import type { ChurnInputs } from '../churn-score.js';
import { WEEK } from '../duration.js';
import type { LayerCoefficients, ScoringModel } from '../model.js';
import { type ScoringPolicy, SIGNALS } from '../policy.js';
import { clampRisk } from '../service-layer.js';
import { signalLevels } from '../signals.js';
import { logit } from '../special-functions.js';
import { fitLogistic, type Prior } from './logistic-fit.js';

/** A customer at a landmark, and whether they churned within the horizon after it. */
export interface TrainingSample {
  /** The state folded up to the landmark. */
  readonly inputs: ChurnInputs;
  /** Milliseconds. */
  readonly landmark: number;
  readonly churned: boolean;
}

/** The service layer as learnt. */
export interface ServiceFit {
  readonly layer: LayerCoefficients;
  readonly betas: ScoringModel['betas'];
  readonly n: number;
  readonly churned: number;
  readonly logLikelihood: number;
  readonly converged: boolean;
}

/** How far c0 to c3 may be from what holds until a fit, as standard deviations of a normal prior. Judgement. */
const LAYER_PRIORS: readonly Prior[] = [
  { mean: 0, sd: 2 },
  { mean: 1, sd: 0.5, atLeast: 0 },
  { mean: 0, sd: 0.5, atLeast: 0 },
  { mean: 0, sd: 0.5, atMost: 0 },
];

/** The same for the weights of signals, around those of the policy. */
const SIGNAL_SD = 0.5;

/**
 * What the coefficients of the service layer are multiplied with: 1, logit(risk_H), ln(1 + weeks since the last
 * contact), ln(1 + x) and log2(1 + z) of each signal, in the order of `SIGNALS`.
 */
export function serviceFeatures(
  inputs: ChurnInputs,
  asOf: number,
  context: ScoringContext,
): readonly number[] {
  const { lastContactAt, purchases } = inputs;
  const levels = signalLevels(inputs, asOf, context.policy);
  return [
    1,
    logit(clampRisk(behaviouralRisk(inputs, context).valueAt(asOf))),
    lastContactAt === undefined ? 0 : Math.log1p(Math.max(0, asOf - lastContactAt) / WEEK),
    Math.log1p(purchases?.x ?? 0),
    ...SIGNALS.map((signal) => Math.log1p(levels[signal] ?? 0) / Math.LN2),
  ];
}

/**
 * The service layer by maximum a posteriori logistic regression on top of the behavioural risks of `context.model`; the
 * policy's weights are the prior's means. Few samples leave it where it was.
 */
export function fitServiceLayer(samples: readonly TrainingSample[], context: ScoringContext): ServiceFit {
  const observations = samples.map(({ inputs, landmark, churned }) => ({
    features: serviceFeatures(inputs, landmark, context),
    outcome: churned,
  }));
  const { coefficients, logLikelihood, converged } = fitLogistic(observations, priorsOf(context.policy));
  const [c0, c1, c2, c3, ...betas] = coefficients;
  return {
    layer: { c0: c0!, c1: c1!, c2: c2!, c3: c3! },
    betas: Object.fromEntries(SIGNALS.map((signal, i) => [signal, betas[i]])),
    n: samples.length,
    churned: samples.filter(({ churned }) => churned).length,
    logLikelihood,
    converged,
  };
}

function priorsOf({ signals }: ScoringPolicy): readonly Prior[] {
  return [...LAYER_PRIORS, ...SIGNALS.map((signal) => ({ mean: signals[signal].beta, sd: SIGNAL_SD }))];
}
