import type { Severity } from '#journey';

/** Who an issue waits for. */
export type WaitingOn = 'customer' | 'vendor' | 'internal';

/** Targets of one severity in seconds of open time: to the first answer by a human, and to the resolution. */
export interface SlaTarget {
  readonly resolutionSeconds: number;
  readonly firstAnswerSeconds: number;
}

/** Targets of one severity as far as a rule gives them. */
export type PartOfTarget = { readonly [member in keyof SlaTarget]?: number };

/** What the targets and the business hours of an issue depend on. */
export interface IssueTraits {
  readonly severity: Severity;
  readonly category: string;
  /** The customer's segment when the clock started. */
  readonly segment: string | undefined;
  readonly team: string | null;
  /** Of the contact in which it was raised. */
  readonly queue: string | undefined;
}

/** Other targets for issues that fit all the lists given; an absent list fits every issue. */
export interface SlaRule {
  readonly categories?: readonly string[];
  readonly segments?: readonly string[];
  readonly teams?: readonly string[];
  readonly queues?: readonly string[];
  readonly targets: { readonly [severity in Severity]?: PartOfTarget };
}

/** Service level agreement: targets by severity, and what pauses the clock. */
export interface SlaPolicy {
  readonly version: string;
  readonly targets: { readonly [severity in Severity]: SlaTarget };
  /** The clock is paused while the issue waits for one of these. */
  readonly pausesOn: readonly WaitingOn[];
  /** The first that fits an issue decides. */
  readonly rules: readonly SlaRule[];
}

/** The targets of an issue: of the first rule that fits it; what that leaves out is as by severity alone. */
export function slaTargetOf({ targets, rules }: SlaPolicy, issue: IssueTraits): SlaTarget {
  const usual = targets[issue.severity];
  const rule = rules.find((one) => fits(one, issue));
  return rule === undefined ? usual : { ...usual, ...rule.targets[issue.severity] };
}

function fits(rule: SlaRule, { category, segment, team, queue }: IssueTraits): boolean {
  return (
    names(rule.categories, category) &&
    names(rule.segments, segment) &&
    names(rule.teams, team) &&
    names(rule.queues, queue)
  );
}

function names(list: readonly string[] | undefined, value: string | null | undefined): boolean {
  return list === undefined || (value !== null && value !== undefined && list.includes(value));
}

const hours = (resolution: number, firstAnswer: number): SlaTarget => ({
  resolutionSeconds: resolution * 3600,
  firstAnswerSeconds: firstAnswer * 3600,
});

/** The SLA until one is published. Judgement. */
export const DEFAULT_SLA: SlaPolicy = {
  version: 'default@1',
  targets: {
    low: hours(72, 8),
    normal: hours(24, 4),
    high: hours(8, 1),
    critical: hours(4, 0.25),
  },
  pausesOn: ['customer'],
  rules: [],
};
