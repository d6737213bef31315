import { type Json, parseTime, type PolicyRecord } from '#event-sourcing';
import type {
  BusinessHoursPublished,
  ScoringModelFitted,
  ScoringPolicyPublished,
  SlaPolicyPublished,
  SlaRule as PublishedRule,
  TeamHours,
} from '#journey';
import { ALWAYS_OPEN, type BusinessHours, type TeamCalendar } from './business-hours.js';
import { DEFAULT_POLICY } from './default-policy.js';
import { DEFAULT_MODEL, type ScoringModel } from './model.js';
import { override } from './override.js';
import { type ScoringPolicy, SIGNALS } from './policy.js';
import { DEFAULT_SLA, type SlaPolicy, type SlaRule } from './sla-policy.js';
import { VALUE_DISCIPLINES } from './value-disciplines.js';

/** The policy of a ScoringPolicyPublished: the default, then the preset's weights, then its own values. */
export function scoringPolicyOf(record: PolicyRecord): ScoringPolicy {
  const data = JSON.parse(record.data) as ScoringPolicyPublished;
  const weights = VALUE_DISCIPLINES[data.preset ?? 'balanced'];
  return {
    ...override({ ...DEFAULT_POLICY, weights }, asJson(data)),
    version: `${data.policy}@${data.version}`,
  };
}

/** The model of a ScoringModelFitted; what was not fitted is the default model's. */
export function scoringModelOf(record: PolicyRecord): ScoringModel {
  const data = JSON.parse(record.data) as ScoringModelFitted;
  const { mbg, sbg, service } = data.parameters;
  const learnt = SIGNALS.filter((signal) => typeof service?.[signal] === 'number');
  return {
    version: `${data.model}@${data.version}`,
    mbg: override(DEFAULT_MODEL.mbg, asJson(mbg)),
    sbg: override(DEFAULT_MODEL.sbg, asJson(sbg)),
    layer: override(DEFAULT_MODEL.layer, asJson(service)),
    betas: Object.fromEntries(learnt.map((signal) => [signal, service?.[signal]])),
    calibrated: true,
    trainedThrough: parseTime(data.asOf) ?? null,
  };
}

/** The SLA of an SlaPolicyPublished; targets that it leaves out are the default's. */
export function slaPolicyOf(record: PolicyRecord): SlaPolicy {
  const data = JSON.parse(record.data) as SlaPolicyPublished;
  const { targets, pausesOn } = override(DEFAULT_SLA, asJson({ ...data, rules: undefined }));
  const rules = (data.rules ?? []).map(ruleOf);
  return { targets, pausesOn, rules, version: `${data.policy}@${data.version}` };
}

function ruleOf({ targets, ...lists }: PublishedRule): SlaRule {
  return { ...withoutNulls(lists), targets: withoutNulls(targets) };
}

/** The same, absent where it was null, at any depth. */
function withoutNulls<T extends object>(value: T): NonNullMembers<T> {
  return JSON.parse(
    JSON.stringify(value, (_key, member: unknown) => member ?? undefined),
  ) as NonNullMembers<T>;
}

type NonNullMembers<T> = T extends readonly unknown[]
  ? T
  : T extends object
    ? { readonly [K in keyof T]: NonNullMembers<Exclude<T[K], null>> }
    : T;

/** The business hours of a BusinessHoursPublished; round the clock if it names no interval. */
export function businessHoursOf(record: PolicyRecord): BusinessHours {
  const data = JSON.parse(record.data) as BusinessHoursPublished;
  const company = {
    version: `${data.policy}@${data.version}`,
    zone: data.zone,
    weekly: weeklyOf(data),
    holidays: data.holidays ?? [],
  };
  if (!data.calendars) return company;
  return { ...company, calendars: data.calendars.map((own) => calendarOf(own, company)) };
}

/** The hours of some teams: what they leave out is the company's. */
function calendarOf(own: TeamHours, { version, zone, holidays }: BusinessHours): TeamCalendar {
  const hours = {
    version,
    zone: own.zone ?? zone,
    weekly: weeklyOf(own),
    holidays: own.holidays ?? holidays,
  };
  return { teams: own.teams ?? [], queues: own.queues ?? [], hours };
}

function weeklyOf({ weekly }: Pick<TeamHours, 'weekly'>): BusinessHours['weekly'] {
  return weekly.length > 0 ? weekly : ALWAYS_OPEN.weekly;
}

/** Part of a parsed JSON text. */
function asJson(part: unknown): Json | undefined {
  return part as Json | undefined;
}
