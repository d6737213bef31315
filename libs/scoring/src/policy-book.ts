import { type PolicyRecord, sha256, uuidText } from '#event-sourcing';
import { ALWAYS_OPEN, type BusinessHours } from './business-hours.js';
import { BusinessTime, hoursHoldFrom } from './business-time.js';
import { DEFAULT_POLICY } from './default-policy.js';
import type { FoldContext, ViewContext } from './fold-context.js';
import { DEFAULT_MODEL, type ScoringModel } from './model.js';
import type { ScoringPolicy } from './policy.js';
import { PolicyTimeline } from './policy-timeline.js';
import { businessHoursOf, scoringModelOf, scoringPolicyOf, slaPolicyOf } from './published.js';
import { DEFAULT_SLA, type SlaPolicy } from './sla-policy.js';

/** A tenant's published policies and models up to a position: which is in force at which business time. */
export class PolicyBook {
  /** The part of the stamp that stands for SLAs and business hours. */
  private readonly promises: string;

  private constructor(
    private readonly policies: PolicyTimeline<ScoringPolicy>,
    private readonly models: PolicyTimeline<ScoringModel>,
    private readonly slas: PolicyTimeline<SlaPolicy>,
    private readonly calendars: PolicyTimeline<BusinessHours>,
  ) {
    this.promises = `${idOf(slas) ?? DEFAULT_SLA.version} ${idOf(calendars) ?? ALWAYS_OPEN.version}`;
  }

  /** From policy records; for a question about a past position pass only those recorded up to it. Other types are ignored. */
  static of(records: readonly PolicyRecord[]): PolicyBook {
    const recorded = records.toSorted((a, b) =>
      a.position < b.position ? -1 : a.position > b.position ? 1 : 0,
    );
    const line = <T>(
      type: string,
      read: (record: PolicyRecord) => T,
      holdsFrom = (effectiveFrom: number, _value: T) => effectiveFrom,
    ) =>
      new PolicyTimeline(
        recorded
          .filter((record) => record.type === type)
          .map((record) => {
            const { effectiveFrom, eventId: id } = record;
            const value = read(record);
            return { from: effectiveFrom === null ? null : holdsFrom(effectiveFrom, value), id, value };
          }),
      );
    return new PolicyBook(
      line('ScoringPolicyPublished', scoringPolicyOf),
      line('ScoringModelFitted', scoringModelOf),
      line('SlaPolicyPublished', slaPolicyOf),
      line('BusinessHoursPublished', businessHoursOf, (from, hours) => hoursHoldFrom(hours, from)),
    );
  }

  /** The policies and the model in force for questions about `asOf` (ms); each fold needs its own, which bounds its work. */
  contextAt(asOf: number): FoldContext {
    const policy = this.policies.inForce(asOf);
    const model = this.models.inForce(asOf);
    const trainedThrough = model?.value.trainedThrough ?? null;
    return {
      policy: policy?.value ?? DEFAULT_POLICY,
      model: model?.value ?? DEFAULT_MODEL,
      sla: (at) => this.slas.inForce(at)?.value ?? DEFAULT_SLA,
      businessTime: new BusinessTime(this.calendars),
      stamp: `${policy?.id ?? DEFAULT_POLICY.version} ${model?.id ?? DEFAULT_MODEL.version} ${this.promises}`,
      lookAhead: trainedThrough !== null && trainedThrough > asOf,
    };
  }

  /** `contextAt(asOf)` with `asOf` in it, as views need it. */
  viewAt(asOf: number): ViewContext {
    return { ...this.contextAt(asOf), asOf };
  }

  /** Policies, models, SLAs and business hours that come into force from a time (ms) on and before another, ascending. */
  comingIntoForce(from: number, to: number): readonly ComingIntoForce[] {
    const lines = [
      ['scoring', this.policies],
      ['model', this.models],
      ['sla', this.slas],
      ['business-hours', this.calendars],
    ] as const;
    return lines
      .flatMap(([kind, line]) =>
        line.all().map(({ from: at, value: { version } }) => ({ at: at ?? -Infinity, kind, version })),
      )
      .filter(({ at }) => at >= from && at < to)
      .sort((a, b) => a.at - b.at);
  }

  /** When (ms) the next scoring policy or model after `asOf` comes into force; undefined: none. */
  nextChangeAfter(asOf: number): number | undefined {
    const next = [this.policies.nextAfter(asOf), this.models.nextAfter(asOf)].filter(
      (at) => at !== undefined,
    );
    return next.length === 0 ? undefined : Math.min(...next);
  }
}

/** A policy or model that comes into force. */
export interface ComingIntoForce {
  /** Milliseconds. */
  readonly at: number;
  readonly kind: 'scoring' | 'model' | 'sla' | 'business-hours';
  readonly version: string;
}

/**
 * A digest of all SLAs or business hours ever published. Each event is folded by those in force at its own time, so a
 * new publication changes folds, and its coming into force later does not.
 */
function idOf(line: PolicyTimeline<unknown>): string | undefined {
  const entries = line.all();
  if (entries.length === 0) return undefined;
  return uuidText(sha256(entries.map(({ id, from }) => `${id} ${from}`).join(',')));
}
