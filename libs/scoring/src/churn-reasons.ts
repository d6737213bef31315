import { behaviouralRisk, churnKind, freshRisk, hasLeft, type ScoringContext } from './behaviour.js';
import type { ChurnInputs } from './churn-score.js';
import { WEEK } from './duration.js';
import { round6 } from './millionths.js';
import { type Signal, SIGNALS } from './policy.js';
import { contractYear } from './sbg.js';
import { betaOf, clampRisk } from './service-layer.js';
import { countPassed, type Deadline, signalLevels } from './signals.js';
import { logit } from './special-functions.js';

/** One reason for a risk, in words, with what it adds to the log odds of churn. */
export interface ChurnReason {
  /** `silence`, `left`, `contract`, or the signal's name. */
  readonly code: 'silence' | 'left' | 'contract' | Signal;
  readonly text: string;
  /** Log odds; the score adds them up. Six decimals. */
  readonly weight: number;
}

/** Reasons of less than this weight are left out. */
const LEAST_WEIGHT = 0.05;

/** The reasons for a risk, the weightiest first. Left out: what lowers the risk, and what hardly changes it. */
export function churnReasons(
  inputs: ChurnInputs,
  asOf: number,
  context: ScoringContext,
  atMost = 4,
): readonly ChurnReason[] {
  return [...behaviourReasons(inputs, asOf, context), ...signalReasons(inputs, asOf, context)]
    .filter(({ weight }) => weight >= LEAST_WEIGHT)
    .sort((a, b) => b.weight - a.weight)
    .slice(0, atMost)
    .map((reason) => ({ ...reason, weight: round6(reason.weight) }));
}

function behaviourReasons(
  inputs: ChurnInputs,
  asOf: number,
  context: ScoringContext,
): readonly ChurnReason[] {
  const { policy, model } = context;
  const { purchases, contract } = inputs;
  const kind = churnKind(inputs, context);
  if (hasLeft(inputs, context)) {
    const ended = lengthOf((asOf - contract!.endedAt!) / WEEK);
    return [{ code: 'left', text: `the last contract ended ${ended} ago`, weight: logit(clampRisk(1)) }];
  }
  const risk = logit(clampRisk(behaviouralRisk(inputs, context).valueAt(asOf)));
  const above = (usual: number) => model.layer.c1 * (risk - logit(clampRisk(usual)));
  if (kind === 'contractual') {
    const text = `in year ${contractYear(contract!.startedAt, asOf)} of the contract`;
    return [{ code: 'contract', text, weight: above(policy.baseRate) }];
  }
  if (kind === 'base-rate') return [];
  const { first, last, x } = purchases!;
  const silence = `no purchase for ${lengthOf((asOf - last) / WEEK)}`;
  const habit = x === 0 ? 'bought once before' : `used to buy every ${everyOf((last - first) / WEEK / x)}`;
  return [{ code: 'silence', text: `${silence}, ${habit}`, weight: above(freshRisk(inputs, context)) }];
}

function signalReasons(inputs: ChurnInputs, asOf: number, context: ScoringContext): readonly ChurnReason[] {
  const { policy, model } = context;
  const levels = signalLevels(inputs, asOf, policy);
  return SIGNALS.flatMap((code) => {
    const level = levels[code];
    if (level === undefined) return [];
    const weight = (betaOf(code, policy, model) * Math.log1p(level)) / Math.LN2;
    const breached = inputs.breaches.slice(0, countPassed(inputs.breaches, asOf));
    return [{ code, text: code === 'breachedIssue' ? breachText(breached) : TEXTS[code], weight }];
  });
}

const TEXTS: { readonly [signal in Exclude<Signal, 'breachedIssue'>]: string } = {
  repeatContact: 'contacted us again about the same issue',
  friction: 'was transferred, asked for the same information again or sent to another channel',
  highEffort: 'reported high effort',
  negativeFeedback: 'gave negative feedback',
  positiveFeedback: 'gave positive feedback',
  missedPromise: 'was promised something that was not done in time',
};

/** At most this many issues are named. */
const NAMED = 3;

function breachText(breached: readonly Deadline[]): string {
  if (breached.length === 0) return 'an earlier issue was resolved after its SLA target';
  const ids = breached.slice(0, NAMED).map(([, id]) => id);
  if (breached.length === 1) return `issue ${ids[0]!} is past its SLA target`;
  const more = breached.length > NAMED ? ', …' : '';
  return `${breached.length} issues are past their SLA target (${ids.join(', ')}${more})`;
}

/** `1 day`, `13 days`, `13 weeks`: days up to two weeks. */
export function lengthOf(weeks: number): string {
  if (weeks >= 2) return `${Math.round(weeks)} weeks`;
  const days = Math.max(1, Math.round(weeks * 7));
  return days === 1 ? '1 day' : `${days} days`;
}

/** `day`, `13 days`, `13 weeks`: what follows "every". */
function everyOf(weeks: number): string {
  const length = lengthOf(weeks);
  return length === '1 day' ? 'day' : length;
}
