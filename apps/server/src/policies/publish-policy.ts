import { Command, CommandHandler } from '@nestjs/cqrs';
import type { ICommandHandler } from '@nestjs/cqrs';
import { eventIdOf, type InputFault } from '#event-sourcing';
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
    refuseUnknownMeasures(touchpoint, policy);
    const origin = { source, id, time };
    const { recordedAt, confirmed = false } = options;
    const publishes = (intake: Intake) =>
      intake.recordPolicy({ tenant, id: subject }, type, policy, origin, { recordedAt }).then(ofPolicy);
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

/** What intake says of the event that records a policy, said of the policy: to its publisher it is the whole body. */
function ofPolicy(answer: IntakeAnswer): IntakeAnswer {
  if (answer.status !== 'rejected')
    return answer.warnings === undefined ? answer : { ...answer, warnings: inPolicy(answer.warnings) };
  const { code, detail, errors } = answer.problem;
  const problem = { code: code === 'invalid-event' ? 'invalid-policy' : code, detail };
  return { ...answer, problem: { ...problem, ...(errors && { errors: inPolicy(errors) }) } };
}

function inPolicy(faults: readonly InputFault[]): readonly InputFault[] {
  return faults.map(({ pointer, detail }) => ({ pointer: pointer.replace(/^\/data(?=\/|$)/, ''), detail }));
}
