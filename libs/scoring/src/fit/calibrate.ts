import type { ModelParameters } from '#journey';
import { churnKind, hasLeft, type ScoringContext } from '../behaviour.js';
import type { ChurnInputs } from '../churn-score.js';
import type { ScoringModel } from '../model.js';
import { historyAt } from '../purchase-history.js';
import { contractYear } from '../sbg.js';
import { type ContractFit, contractYearsOf, fitContracts } from './contract-fit.js';
import { fitPurchases, type PurchaseFit, REPEAT_BUYERS_AT_LEAST } from './purchase-fit.js';
import { fitServiceLayer, type ServiceFit, type TrainingSample } from './service-fit.js';

/** A part of a model: fitted, or kept as it was with the reason in words. */
export type Calibrated<Fit> = { readonly fit: Fit } | { readonly kept: string };

/** What a calibration found. */
export interface Calibration {
  readonly purchases: Calibrated<PurchaseFit>;
  readonly contracts: Calibrated<ContractFit>;
  readonly service: Calibrated<ServiceFit>;
  /** The model with what was fitted in it. */
  readonly model: ScoringModel;
}

/** With fewer cancelled contracts than this keep the parameters that there were. */
const CANCELLED_AT_LEAST = 50;

/** With fewer customers who churned, or who stayed, than this keep the service layer. */
const OUTCOMES_AT_LEAST = 50;

/**
 * Fits every part of a model that the samples tell enough of, the behavioural ones first: the service layer is fitted on
 * top of them. `version` is that of the model to come; samples are of one landmark, at which their states were folded.
 */
export function calibrate(
  samples: readonly TrainingSample[],
  context: ScoringContext,
  version: string,
): Calibration {
  const purchases = fittedPurchases(samples, context);
  const contracts = fittedContracts(samples, context);
  const behavioural: ScoringModel = {
    ...context.model,
    version,
    ...('fit' in purchases && { mbg: purchases.fit.parameters }),
    ...('fit' in contracts && { sbg: contracts.fit.parameters }),
  };
  const service = fittedService(samples, { ...context, model: behavioural });
  const landmark = samples.reduce((latest, sample) => Math.max(latest, sample.landmark), -Infinity);
  const model: ScoringModel = {
    ...behavioural,
    ...('fit' in service && { layer: service.fit.layer, betas: service.fit.betas }),
    calibrated: [purchases, contracts, service].some((part) => 'fit' in part) || context.model.calibrated,
    trainedThrough: samples.length === 0 ? context.model.trainedThrough : landmark,
  };
  return { purchases, contracts, service, model };
}

/** A model's parameters as ScoringModelFitted records them: all of them, so that what was kept stays as it was. */
export function recordedParameters({ mbg, sbg, layer, betas }: ScoringModel): ModelParameters {
  return { mbg, sbg, service: { ...layer, ...betas } };
}

/**
 * Whether a customer churned between two states, folded up to a landmark and up to the end of the horizon after it: no
 * further purchase day, or no contract running any more. Undefined where behaviour says nothing: no purchase and no
 * contract at the landmark, or gone by then.
 */
export function churnedBetween(
  before: ChurnInputs,
  after: ChurnInputs,
  context: ScoringContext,
): boolean | undefined {
  const kind = churnKind(before, context);
  if (kind === 'base-rate' || hasLeft(before, context)) return undefined;
  if (kind === 'contractual') return after.contract?.endedAt !== null;
  return (after.purchases?.x ?? 0) <= before.purchases!.x;
}

function fittedPurchases(
  samples: readonly TrainingSample[],
  context: ScoringContext,
): Calibrated<PurchaseFit> {
  const histories = samples
    .filter(({ inputs }) => churnKind(inputs, context) === 'non-contractual')
    .map(({ inputs, landmark }) => historyAt(inputs.purchases!, landmark));
  const repeatBuyers = histories.filter(({ x }) => x > 0).length;
  if (repeatBuyers < REPEAT_BUYERS_AT_LEAST)
    return { kept: `${repeatBuyers} customers bought more than once; ${REPEAT_BUYERS_AT_LEAST} are needed` };
  const fit = fitPurchases(histories, 'mbg');
  return fit.converged ? { fit } : { kept: 'the likelihood of the purchases has no clear maximum' };
}

function fittedContracts(
  samples: readonly TrainingSample[],
  context: ScoringContext,
): Calibrated<ContractFit> {
  const seen = samples
    .filter(({ inputs }) => churnKind(inputs, context) === 'contractual')
    .map(({ inputs: { contract }, landmark }) => ({
      year: contractYear(contract!.startedAt, contract!.endedAt ?? landmark),
      cancelled: contract!.endedAt !== null,
    }));
  const cancelled = seen.filter((contract) => contract.cancelled).length;
  if (cancelled < CANCELLED_AT_LEAST)
    return { kept: `${cancelled} contracts were cancelled; ${CANCELLED_AT_LEAST} are needed` };
  if (seen.every(({ year }) => year === 1))
    return { kept: 'no contract has been observed beyond its first year' };
  const fit = fitContracts(contractYearsOf(seen));
  return fit.converged ? { fit } : { kept: 'the likelihood of the contracts has no clear maximum' };
}

function fittedService(samples: readonly TrainingSample[], context: ScoringContext): Calibrated<ServiceFit> {
  const known = samples.filter(({ inputs }) => !hasLeft(inputs, context));
  const churned = known.filter((sample) => sample.churned).length;
  const fewer = Math.min(churned, known.length - churned);
  if (fewer < OUTCOMES_AT_LEAST)
    return {
      kept: `${churned} customers churned and ${known.length - churned} stayed; ${OUTCOMES_AT_LEAST} of each are needed`,
    };
  const fit = fitServiceLayer(known, context);
  return fit.converged ? { fit } : { kept: 'the posterior of the service layer was not maximised' };
}
