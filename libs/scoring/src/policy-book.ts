import { type PolicyRecord, sha256, uuidText } from '#event-sourcing';
import { ALWAYS_OPEN, type BusinessHours } from './business-hours.js';
import { BusinessTime, hoursHoldFrom } from './business-time.js';
import { DEFAULT_POLICY } from './default-policy.js';
import type { FoldContext, ViewContext } from './fold-context.js';
import { DEFAULT_MODEL, type ScoringModel } from './model.js';
import type { ScoringPolicy } from './policy.js';
import { PublicationLine } from './publication-line.js';
import { businessHoursOf, scoringModelOf, scoringPolicyOf, slaPolicyOf } from './published.js';
import { DEFAULT_SLA, type SlaPolicy } from './sla-policy.js';

/** All that a tenant has published, so far as it was known: which policies hold for which business time. */
export class PolicyBook {
  /** What the stamp says of SLAs and hours. */
  private readonly promises: string;
  private readonly businessTime: BusinessTime;

  private constructor(
    private readonly policies: PublicationLine<ScoringPolicy>,
    private readonly models: PublicationLine<ScoringModel>,
    private readonly slas: PublicationLine<SlaPolicy>,
    calendars: PublicationLine<BusinessHours>,
  ) {
    this.businessTime = new BusinessTime(calendars);
    this.promises = `${idOf(slas) ?? DEFAULT_SLA.version} ${idOf(calendars) ?? ALWAYS_OPEN.version}`;
  }

  /** The book of these records; for "known at" give only those recorded up to there. Other types are passed over. */
  static of(records: readonly PolicyRecord[]): PolicyBook {
    const recorded = records.toSorted((a, b) =>
      a.position < b.position ? -1 : a.position > b.position ? 1 : 0,
    );
    const line = <T>(
      type: string,
      read: (record: PolicyRecord) => T,
      holdsFrom = (effectiveFrom: number, _value: T) => effectiveFrom,
    ) =>
      new PublicationLine(
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

  /** What holds for questions about `asOf` (ms). */
  contextAt(asOf: number): FoldContext {
    const policy = this.policies.inForce(asOf);
    const model = this.models.inForce(asOf);
    const trainedThrough = model?.value.trainedThrough ?? null;
    return {
      policy: policy?.value ?? DEFAULT_POLICY,
      model: model?.value ?? DEFAULT_MODEL,
      sla: (at) => this.slas.inForce(at)?.value ?? DEFAULT_SLA,
      businessTime: this.businessTime,
      stamp: `${policy?.id ?? DEFAULT_POLICY.version} ${model?.id ?? DEFAULT_MODEL.version} ${this.promises}`,
      lookAhead: trainedThrough !== null && trainedThrough > asOf,
    };
  }

  /** The same with `asOf` in it, as views need it. */
  viewAt(asOf: number): ViewContext {
    return { ...this.contextAt(asOf), asOf };
  }

  /** When (ms) another scoring policy or model comes into force after `asOf`: from then on the stamp is another. */
  nextChangeAfter(asOf: number): number | undefined {
    const next = [this.policies.nextAfter(asOf), this.models.nextAfter(asOf)].filter(
      (at) => at !== undefined,
    );
    return next.length === 0 ? undefined : Math.min(...next);
  }
}

/**
 * One text for all that was ever published of SLAs or hours: they hold for the business time of each event, so
 * that their coming into force folds nobody again, only their publication does.
 */
function idOf(line: PublicationLine<unknown>): string | undefined {
  const entries = line.all();
  if (entries.length === 0) return undefined;
  return uuidText(sha256(entries.map(({ id, from }) => `${id} ${from}`).join(',')));
}
