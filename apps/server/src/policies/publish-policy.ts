import { Command, CommandHandler } from '@nestjs/cqrs';
import type { ICommandHandler } from '@nestjs/cqrs';
import { eventIdOf } from '#event-sourcing';
import { EventStore } from '#event-store';
import { Intake } from '#intake';
import type { IntakeAnswer } from '#intake';
import { latestOf } from '#journey';
import type { Principal } from '#platform';
import { refuseUnknownMeasures } from './alert-measures.js';
import { firstOccurrence } from '../ingest/first-occurrence.js';
import { policyTouchpoint } from './policy-kinds.js';
import { isBackdated, PolicyChanges } from './policy-changes.js';
import { policyWarnings } from './policy-warnings.js';

/** Publishes a policy of the caller's tenant. The same policy and version again is a repeat. */
export class PublishPolicy extends Command<IntakeAnswer> {
  constructor(
    readonly publisher: Principal,
    readonly kind: string,
    readonly policy: Readonly<Record<string, unknown>>,
    readonly options: { readonly recordedAt?: number; readonly confirmed?: boolean } = {},
  ) {
    super();
  }
}

@CommandHandler(PublishPolicy)
export class PublishPolicyHandler implements ICommandHandler<PublishPolicy> {
  constructor(
    private readonly intake: Intake,
    private readonly store: EventStore,
    private readonly changes: PolicyChanges,
  ) {}

  async execute({ publisher, kind, policy, options }: PublishPolicy): Promise<IntakeAnswer> {
    const touchpoint = policyTouchpoint(kind);
    const { type } = latestOf(touchpoint);
    const { tenant, subject } = publisher;
    const source = `/v1/policies/${kind}`;
    const id = `${String(policy['policy'] ?? policy['model'])}@${String(policy['version'])}`;
    const time = await firstOccurrence(this.store, eventIdOf(tenant, source, id));
    refuseUnknownMeasures(touchpoint, policy, '/data');
    const origin = { source, id, time };
    const { recordedAt, confirmed = false } = options;
    const publishes = (intake: Intake) =>
      intake.recordPolicy({ tenant, id: subject }, type, policy, origin, { recordedAt });
    if (!confirmed && isBackdated(policy, recordedAt ?? Date.now())) {
      const { status } = await publishes(this.intake.dryRun().intake);
      if (status === 'recorded') await this.changes.refuseUnconfirmed({ tenant, type: touchpoint, policy });
    }
    const answer = await publishes(this.intake);
    if (answer.status === 'rejected') return answer;
    const warnings = [...(answer.warnings ?? []), ...policyWarnings(touchpoint, policy)];
    return { ...answer, ...(warnings.length > 0 && { warnings }) };
  }
}
