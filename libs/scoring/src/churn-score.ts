import {
  type BehaviourInputs,
  behaviouralRisk,
  churnKind,
  type ChurnKind,
  freshRisk,
  hasLeft,
  horizonDays,
  type ScoringContext,
} from './behaviour.js';
import { bandEdges, type ChurnBand, churnBand, excessRisk } from './churn-bands.js';
import { constant, type Drift, mapped, monotone } from './drift.js';
import { dueAfter, firstChange, type Grid, HUNDREDTHS } from './due.js';
import { WEEK } from './duration.js';
import { mbgAlive } from './mbg.js';
import { historyAt } from './purchase-history.js';
import { riskWithService } from './service-layer.js';
import type { SignalInputs } from './signals.js';

/** What the risk of churn is computed from, besides time, policy and model: plain data from a customer's fold. */
export interface ChurnInputs extends BehaviourInputs, SignalInputs {
  /** Milliseconds. */
  readonly lastContactAt?: number;
  /** Issues that are open or waiting. A customer who has one is never `lost`. */
  readonly openIssues: number;
}

/** The risk of churn and what is published with it. Not rounded. */
export interface ChurnScore {
  readonly kind: ChurnKind;
  /** Chance of churn within the horizon; 1 once the last contract has ended. */
  readonly risk: number;
  /** The behavioural part; null where the base rate stands in. */
  readonly riskH: number | null;
  /** Of the non-contractual kind only. */
  readonly pAlive: number | null;
  /** The behavioural risk just after a purchase, from which the excess is counted. */
  readonly fresh: number;
  readonly excess: number;
  readonly band: ChurnBand;
  readonly left: boolean;
  readonly horizonDays: number;
  /** 1 where behaviour is known, 0 where the base rate stands in. */
  readonly coverage: number;
}

/** The risk of churn at `asOf` (ms, not before the customer's last event). */
export function churnScore(inputs: ChurnInputs, asOf: number, context: ScoringContext): ChurnScore {
  const kind = churnKind(inputs, context);
  const fresh = freshRisk(inputs, context);
  const risk = riskDrift(inputs, context).valueAt(asOf);
  const excess = excessRisk(risk, fresh);
  return {
    kind,
    risk,
    riskH: kind === 'base-rate' ? null : behaviouralRisk(inputs, context).valueAt(asOf),
    pAlive:
      kind === 'non-contractual' ? mbgAlive(context.model.mbg, historyAt(inputs.purchases!, asOf)) : null,
    fresh,
    excess,
    band: bandAt(inputs, excess, asOf, context),
    left: hasLeft(inputs, context),
    horizonDays: horizonDays(kind, context),
    coverage: kind === 'base-rate' ? 0 : 1,
  };
}

/** The risk as a function of time under silence, not rounded. */
export function riskDrift(inputs: ChurnInputs, context: ScoringContext): Drift {
  if (hasLeft(inputs, context)) return constant(1);
  const service = { ...inputs, x: inputs.purchases?.x ?? 0 };
  return riskWithService(service, behaviouralRisk(inputs, context), context);
}

/** The excess as a function of time under silence, not rounded. */
export function excessDrift(inputs: ChurnInputs, context: ScoringContext): Drift {
  const fresh = freshRisk(inputs, context);
  return mapped(riskDrift(inputs, context), (risk) => excessRisk(risk, fresh));
}

/**
 * `lost`: critical now, and by behaviour alone for `lostAfterWeeks`; or the last contract has ended. Never with a running
 * contract or an open issue, where silence plays no part.
 */
function bandAt(inputs: ChurnInputs, excess: number, asOf: number, context: ScoringContext): ChurnBand {
  if (hasLeft(inputs, context)) return 'lost';
  const band = churnBand(excess, context.policy);
  const silence = behaviourBefore(inputs, context);
  const lost = band === 'critical' && churnBand(silence.valueAt(asOf), context.policy) === 'critical';
  return lost ? 'lost' : band;
}

/**
 * The behavioural excess `lostAfterWeeks` before a time. It never falls during silence: a customer who was critical then
 * has been critical ever since. 0 for a customer who cannot be lost.
 */
function behaviourBefore(inputs: ChurnInputs, context: ScoringContext): Drift {
  const running = inputs.contract !== undefined && inputs.contract.endedAt === null;
  const counts = !running && inputs.openIssues === 0 && churnKind(inputs, context) === 'non-contractual';
  if (!counts) return constant(0);
  const wait = context.policy.churnBands.lostAfterWeeks * WEEK;
  const { last } = inputs.purchases!;
  const fresh = freshRisk(inputs, context);
  const behavioural = behaviouralRisk(inputs, context);
  return monotone((asOf) => excessRisk(behavioural.valueAt(Math.max(last, asOf - wait)), fresh));
}

/**
 * The instant (ms) up to which nothing that happens by itself changes the band, or the excess rounded to two decimals;
 * null: for ever, or up to `until`. This is a row's `due`: see `dueAfter` for when it may come early.
 */
export function churnDue(
  inputs: ChurnInputs,
  asOf: number,
  context: ScoringContext,
  until?: number,
): number | null {
  return earliest(inputs, asOf, context, { ...HUNDREDTHS, edges: bandEdges(context.policy) }, until);
}

/** The first instant (ms) after `asOf` at which silence alone puts the customer into another band; null: never. */
export function nextBandAt(inputs: ChurnInputs, asOf: number, context: ScoringContext): number | null {
  const excess = excessDrift(inputs, context);
  const bandOf = (at: number) => bandAt(inputs, excess.valueAt(at), at, context);
  const grid = { edges: bandEdges(context.policy) };
  return firstChange(bandOf, asOf, (at) => earliest(inputs, at, context, grid));
}

function earliest(
  inputs: ChurnInputs,
  asOf: number,
  context: ScoringContext,
  grid: Grid,
  until?: number,
): number | null {
  const due = dueAfter(excessDrift(inputs, context), grid, asOf, until);
  // What was critical becomes lost; where it is not critical then, the due time is early.
  const lost = { edges: grid.edges.slice(-1) };
  return dueAfter(behaviourBefore(inputs, context), lost, asOf, due ?? until) ?? due;
}
