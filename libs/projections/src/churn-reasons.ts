import {
  betaOf,
  churnKind,
  churnScore,
  clampRisk,
  logit,
  round6,
  type Signal,
  SIGNALS,
  type ViewContext,
  WEEK,
} from '#scoring';
import { contractOf } from './behaviour-state.js';
import { atTime, type ChurnState, churnInputs } from './churn-state.js';

/** One reason for a risk, in words, with what it adds to the log odds of leaving. */
export interface ChurnReason {
  /** `silence`, `left`, `contract`, or the signal's name. */
  readonly code: 'silence' | 'left' | 'contract' | Signal;
  readonly text: string;
  /** Log odds; the score adds them up. */
  readonly weight: number;
}

/** Why the risk is what it is, the weightiest reason first; nothing that lowers it, and nothing too small to be told. */
export function churnReasons(state: ChurnState, context: ViewContext, atMost = 4): readonly ChurnReason[] {
  const reasons = [...behaviourReasons(state, context), ...signalReasons(state, context)];
  return reasons
    .filter(({ weight }) => weight >= 0.05)
    .sort((a, b) => b.weight - a.weight)
    .slice(0, atMost)
    .map((reason) => ({ ...reason, weight: round6(reason.weight) }));
}

function behaviourReasons(state: ChurnState, context: ViewContext): readonly ChurnReason[] {
  const { asOf, policy, model } = context;
  const inputs = churnInputs(state, context);
  const kind = churnKind(inputs, context);
  const { riskH, fresh, left } = churnScore(inputs, asOf, context);
  if (left) {
    const ended = weeksText((asOf - contractOf(state.behaviour)!.endedAt!) / WEEK);
    return [{ code: 'left', text: `the last contract ended ${ended} ago`, weight: logit(clampRisk(1)) }];
  }
  if (kind === 'contractual') {
    const year = Math.floor((asOf - contractOf(state.behaviour)!.startedAt) / (52.1775 * WEEK)) + 1;
    const weight = model.layer.c1 * (logit(clampRisk(riskH!)) - logit(clampRisk(policy.baseRate)));
    return [{ code: 'contract', text: `in year ${year} of the contract`, weight }];
  }
  if (kind !== 'non-contractual') return [];
  const { first, last, x } = state.behaviour.purchases!;
  const silent = weeksText((asOf - last) / WEEK);
  const habit = (last - first) / WEEK / Math.max(1, x);
  const text =
    x === 0
      ? `bought once, silent for ${silent} since`
      : `silent for ${silent}, used to buy every ${weeksText(habit, false)}`;
  return [
    { code: 'silence', text, weight: model.layer.c1 * (logit(clampRisk(riskH!)) - logit(clampRisk(fresh))) },
  ];
}

function signalReasons(state: ChurnState, context: ViewContext): readonly ChurnReason[] {
  const now = atTime(state, context.asOf, context);
  const levels = churnInputs(now, context).signals(context.asOf);
  return SIGNALS.flatMap((code) => {
    const level = levels[code] ?? 0;
    if (level <= 0) return [];
    const weight = (betaOf(code, context.policy, context.model) * Math.log1p(level)) / Math.LN2;
    return [{ code, text: textOf(code, now), weight }];
  });
}

const TEXTS: { readonly [signal in Exclude<Signal, 'breachedIssue'>]: string } = {
  repeatContact: 'had to come back about the same issue',
  friction: 'was handed on, asked the same again or sent to another channel',
  highEffort: 'said that it took much effort',
  negativeFeedback: 'gave unhappy feedback',
  positiveFeedback: 'gave happy feedback',
  missedPromise: 'was promised something that was not done in time',
};

function textOf(signal: Signal, { overdue }: ChurnState): string {
  if (signal !== 'breachedIssue') return TEXTS[signal];
  if (overdue === undefined) return 'waited for a resolution beyond the SLA';
  const { count, ids } = overdue;
  if (count === 1) return `issue ${ids[0] ?? ''} is past its SLA`.replace('  ', ' ');
  const named = ids.slice(0, 3).join(', ');
  return `${count} issues are past their SLA (${named}${count > 3 ? ', …' : ''})`;
}

/** `1 week`, `13 weeks`; short times in days. */
function weeksText(weeks: number, one = true): string {
  if (weeks < 2) {
    const days = Math.max(1, Math.round(weeks * 7));
    return days === 1 ? (one ? '1 day' : 'day') : `${days} days`;
  }
  return `${Math.round(weeks)} weeks`;
}
