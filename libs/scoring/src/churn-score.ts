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
import { dueAfter, firstChange, type Grid, HUNDREDTHS, unchangedBefore } from './due.js';
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

/** What a derived row holds of the risk. */
export interface ChurnRow extends Pick<ChurnScore, 'kind' | 'excess' | 'band' | 'left'> {
  /** See `churnDue`. */
  readonly due: number | null;
}

/** The risk of churn at `asOf` (ms, not before the customer's last event). */
export function churnScore(inputs: ChurnInputs, asOf: number, context: ScoringContext): ChurnScore {
  const outlook = outlookOf(inputs, context);
  const { kind, fresh } = outlook;
  const risk = outlook.risk.valueAt(asOf);
  const excess = excessRisk(risk, fresh);
  return {
    kind,
    risk,
    riskH: kind === 'base-rate' ? null : outlook.behaviour.valueAt(asOf),
    pAlive:
      kind === 'non-contractual' ? mbgAlive(context.model.mbg, historyAt(inputs.purchases!, asOf)) : null,
    fresh,
    excess,
    band: bandAt(outlook, excess, asOf, context),
    left: outlook.left,
    horizonDays: horizonDays(kind, context),
    coverage: kind === 'base-rate' ? 0 : 1,
  };
}

/** The row at `asOf`, due at `until` at the latest. `behaviour`: the behavioural risk, where the caller has it already. */
export function churnRow(
  inputs: ChurnInputs,
  asOf: number,
  context: ScoringContext,
  until: number | null,
  behaviour = behaviouralRisk(inputs, context),
): ChurnRow {
  const outlook = outlookOf(inputs, context, behaviour);
  const { kind, left } = outlook;
  const excess = outlook.excess.valueAt(asOf);
  const band = bandAt(outlook, excess, asOf, context);
  return { kind, excess, band, left, due: dueOf(outlook, asOf, context, until) };
}

/** A customer's risk while nothing happens, as functions of time, not rounded. */
interface ChurnOutlook {
  readonly kind: ChurnKind;
  readonly left: boolean;
  readonly fresh: number;
  readonly behaviour: Drift;
  readonly risk: Drift;
  readonly excess: Drift;
  /** See `behaviourBefore`. */
  readonly before: Drift;
}

function outlookOf(
  inputs: ChurnInputs,
  context: ScoringContext,
  behaviour = behaviouralRisk(inputs, context),
): ChurnOutlook {
  const kind = churnKind(inputs, context);
  const left = hasLeft(inputs, context);
  const fresh = freshRisk(inputs, context);
  const service = { ...inputs, x: inputs.purchases?.x ?? 0 };
  const risk = left ? constant(1) : riskWithService(service, behaviour, context);
  const excess = mapped(risk, (value) => excessRisk(value, fresh));
  const before = behaviourBefore(inputs, kind, fresh, context);
  return { kind, left, fresh, behaviour, risk, excess, before };
}

/** The risk as a function of time under silence, not rounded. */
export function riskDrift(inputs: ChurnInputs, context: ScoringContext): Drift {
  return outlookOf(inputs, context).risk;
}

/** The excess as a function of time under silence, not rounded. */
export function excessDrift(inputs: ChurnInputs, context: ScoringContext): Drift {
  return outlookOf(inputs, context).excess;
}

/**
 * `lost`: critical now, and by behaviour alone for `lostAfterWeeks`; or the last contract has ended. Never with a running
 * contract or an open issue, where silence plays no part.
 */
function bandAt(
  { left, before }: ChurnOutlook,
  excess: number,
  asOf: number,
  { policy }: ScoringContext,
): ChurnBand {
  if (left) return 'lost';
  const band = churnBand(excess, policy);
  const lost = band === 'critical' && churnBand(before.valueAt(asOf), policy) === 'critical';
  return lost ? 'lost' : band;
}

/**
 * The behavioural excess `lostAfterWeeks` before a time. It never falls during silence: a customer who was critical then
 * has been critical ever since. 0 for a customer who cannot be lost.
 */
function behaviourBefore(
  inputs: ChurnInputs,
  kind: ChurnKind,
  fresh: number,
  context: ScoringContext,
): Drift {
  const running = inputs.contract !== undefined && inputs.contract.endedAt === null;
  const counts = !running && inputs.openIssues === 0 && kind === 'non-contractual';
  if (!counts) return constant(0);
  const wait = context.policy.churnBands.lostAfterWeeks * WEEK;
  const { last } = inputs.purchases!;
  const behavioural = behaviouralRisk(inputs, context);
  return monotone((asOf) => excessRisk(behavioural.valueAt(Math.max(last, asOf - wait)), fresh));
}

/**
 * An instant (ms) before which nothing that happens by itself changes the band, or the excess rounded to two decimals;
 * null: for ever, or before `until`. This is a row's `due`: see `unchangedBefore` for how much it may come early.
 */
export function churnDue(
  inputs: ChurnInputs,
  asOf: number,
  context: ScoringContext,
  until?: number,
): number | null {
  return dueOf(outlookOf(inputs, context), asOf, context, until ?? null);
}

function dueOf(
  { excess, before }: ChurnOutlook,
  asOf: number,
  { policy }: ScoringContext,
  until: number | null,
): number | null {
  const edges = bandEdges(policy);
  const due = unchangedBefore(excess, { ...HUNDREDTHS, edges }, asOf, until ?? undefined) ?? until;
  return unchangedBefore(before, lostEdge(edges), asOf, due ?? undefined) ?? due;
}

/**
 * The first instant (ms) after `asOf` at which silence alone puts the customer into another band; null: never, or not by
 * `until`. A near `until` makes the search much shorter.
 */
export function nextBandAt(
  inputs: ChurnInputs,
  asOf: number,
  context: ScoringContext,
  until?: number,
): number | null {
  const outlook = outlookOf(inputs, context);
  const { excess, before } = outlook;
  const bandOf = (at: number) => bandAt(outlook, excess.valueAt(at), at, context);
  const edges = bandEdges(context.policy);
  const dueAfterThat = (at: number) => {
    const due = dueAfter(excess, { edges }, at, until);
    return dueAfter(before, lostEdge(edges), at, due ?? until) ?? due;
  };
  return firstChange(bandOf, asOf, dueAfterThat, until);
}

/** An instant (ms) after `asOf` before which silence alone certainly changes no band; null: certainly not by `until`. */
export function bandUnchangedBefore(
  inputs: ChurnInputs,
  asOf: number,
  context: ScoringContext,
  until: number,
): number | null {
  const { excess, before } = outlookOf(inputs, context);
  const edges = bandEdges(context.policy);
  const due = unchangedBefore(excess, { edges }, asOf, until);
  return unchangedBefore(before, lostEdge(edges), asOf, due ?? until) ?? due;
}

/** What was critical becomes lost; where it is not critical then, the due time is early. */
function lostEdge(edges: readonly number[]): Grid {
  return { edges: edges.slice(-1) };
}
