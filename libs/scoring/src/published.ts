import { type Json, type PolicyRecord, parseTime } from '#event-sourcing';
import { ALWAYS_OPEN, type BusinessHours } from './business-hours.js';
import { DEFAULT_POLICY } from './default-policy.js';
import { DEFAULT_MODEL, type ScoringModel } from './model.js';
import { override } from './override.js';
import { type ScoringPolicy, SIGNALS } from './policy.js';
import { DEFAULT_SLA, type SlaPolicy } from './sla-policy.js';
import { VALUE_DISCIPLINES } from './value-disciplines.js';

type Fields = { readonly [field: string]: Json | undefined };

const fieldsOf = (record: PolicyRecord): Fields => JSON.parse(record.data) as Fields;
const versionOf = (fields: Fields, record: PolicyRecord): string =>
  typeof fields['version'] === 'string' ? fields['version'] : record.eventId;

/**
 * The policy that a ScoringPolicyPublished stands for: the default with its `parameters`; a value discipline
 * without weights of its own brings that discipline's.
 */
export function scoringPolicyOf(record: PolicyRecord): ScoringPolicy {
  const fields = fieldsOf(record);
  const parameters = (fields['parameters'] ?? {}) as Fields;
  const discipline = parameters['valueDiscipline'] ?? fields['valueDiscipline'];
  const known = typeof discipline === 'string' && Object.hasOwn(VALUE_DISCIPLINES, discipline);
  const valueDiscipline = known
    ? (discipline as ScoringPolicy['valueDiscipline'])
    : DEFAULT_POLICY.valueDiscipline;
  const defaults = { ...DEFAULT_POLICY, loyaltyWeights: VALUE_DISCIPLINES[valueDiscipline] };
  return { ...override(defaults, parameters), valueDiscipline, version: versionOf(fields, record) };
}

/** The model that a ScoringModelFitted stands for. What its `parameters` leave out is the default model's. */
export function scoringModelOf(record: PolicyRecord): ScoringModel {
  const fields = fieldsOf(record);
  const parameters = (fields['parameters'] ?? {}) as Fields;
  const { mbg, sbg, layer } = override(
    { mbg: DEFAULT_MODEL.mbg, sbg: DEFAULT_MODEL.sbg, layer: DEFAULT_MODEL.layer },
    parameters,
  );
  const betas = (parameters['betas'] ?? {}) as Fields;
  const trainedThrough = typeof fields['asOf'] === 'string' ? parseTime(fields['asOf']) : undefined;
  return {
    version: versionOf(fields, record),
    mbg,
    sbg,
    layer,
    betas: Object.fromEntries(SIGNALS.filter((s) => typeof betas[s] === 'number').map((s) => [s, betas[s]])),
    calibrated: true,
    trainedThrough: trainedThrough ?? null,
  };
}

/** The SLA that an SlaPolicyPublished stands for; severities it leaves out keep the default targets. */
export function slaPolicyOf(record: PolicyRecord): SlaPolicy {
  const fields = fieldsOf(record);
  return { ...override(DEFAULT_SLA, fields as Json), version: versionOf(fields, record) };
}

/** The open hours that a BusinessHoursPublished stands for. */
export function businessHoursOf(record: PolicyRecord): BusinessHours {
  const fields = fieldsOf(record);
  const hours = override(
    { zone: 'UTC', weekly: ALWAYS_OPEN.weekly, holidays: [] as readonly string[] },
    fields as Json,
  );
  return { ...hours, version: versionOf(fields, record) };
}
