import { Command, CommandHandler } from '@nestjs/cqrs';
import type { ICommandHandler } from '@nestjs/cqrs';
import { decodeEvent, eventIdOf } from '#event-sourcing';
import { EventStore } from '#event-store';
import { Intake } from '#intake';
import type { IntakeAnswer } from '#intake';
import { latestOf } from '#journey';
import type { Principal } from '#platform';
import { policyTouchpoint } from './policy-kinds.js';
import { policyWarnings } from './policy-warnings.js';

/** Publishes a policy of the caller's tenant. The same policy and version again is a repeat. */
export class PublishPolicy extends Command<IntakeAnswer> {
  constructor(
    readonly publisher: Principal,
    readonly kind: string,
    readonly policy: Readonly<Record<string, unknown>>,
    readonly recordedAt?: number,
  ) {
    super();
  }
}

@CommandHandler(PublishPolicy)
export class PublishPolicyHandler implements ICommandHandler<PublishPolicy> {
  constructor(
    private readonly intake: Intake,
    private readonly store: EventStore,
  ) {}

  async execute({ publisher, kind, policy, recordedAt }: PublishPolicy): Promise<IntakeAnswer> {
    const touchpoint = policyTouchpoint(kind);
    const { type } = latestOf(touchpoint);
    const { tenant, subject } = publisher;
    const source = `/v1/policies/${kind}`;
    const id = `${String(policy['policy'])}@${String(policy['version'])}`;
    const time = await this.timeOf(eventIdOf(tenant, source, id));
    const origin = { source, id, time };
    const answer = await this.intake.recordPolicy({ tenant, id: subject }, type, policy, origin, {
      recordedAt,
    });
    if (answer.status === 'rejected') return answer;
    const warnings = [...(answer.warnings ?? []), ...policyWarnings(touchpoint, policy)];
    return { ...answer, ...(warnings.length > 0 && { warnings }) };
  }

  /** The time of the first publication, so that a repeat has the same content; undefined for a new policy. */
  private async timeOf(eventId: string): Promise<string | undefined> {
    const position = await this.store.find(eventId);
    const stored = position === undefined ? undefined : await this.store.readAt(position);
    return stored === undefined ? undefined : decodeEvent(stored.bytes).occurredAt;
  }
}
