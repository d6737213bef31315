import type { Signal } from './policy.js';

/** Parameters of MBG/NBD and BG/NBD: purchase rates are gamma (r, alpha weeks), dropout chances beta (a, b). */
export interface PurchaseParameters {
  readonly r: number;
  readonly alpha: number;
  readonly a: number;
  readonly b: number;
}

/** Parameters of the shifted beta-geometric: chances to cancel at a renewal are beta(alpha, beta); years. */
export interface ContractParameters {
  readonly alpha: number;
  readonly beta: number;
}

/** Coefficients of the service layer: constant, logit of the behavioural risk, silence, repeat purchases. */
export interface LayerCoefficients {
  readonly c0: number;
  readonly c1: number;
  readonly c2: number;
  readonly c3: number;
}

/** What is learnt from customers; what a company decides is a ScoringPolicy. */
export interface ScoringModel {
  readonly version: string;
  readonly mbg: PurchaseParameters;
  readonly sbg: ContractParameters;
  readonly layer: LayerCoefficients;
  /** Signal weights as learnt: they replace those of the policy. */
  readonly betas: { readonly [signal in Signal]?: number };
  /** False until fitted to the company's own events. */
  readonly calibrated: boolean;
  /** Business time (ms) of the last event that it was trained on; null for published parameters. */
  readonly trainedThrough: number | null;
}

/**
 * The model until one is fitted: MBG/NBD as fitted to the CDNOW sample (BTYDplus, lifetimes), sBG as fitted
 * to the regular segment of Fader & Hardie (2007), and a service layer that only adds signals.
 */
export const DEFAULT_MODEL: ScoringModel = {
  version: 'default@1',
  mbg: { r: 0.525, alpha: 6.183, a: 0.891, b: 1.614 },
  sbg: { alpha: 0.704, beta: 1.182 },
  layer: { c0: 0, c1: 1, c2: 0, c3: 0 },
  betas: {},
  calibrated: false,
  trainedThrough: null,
};
