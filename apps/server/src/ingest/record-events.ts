import { Command, CommandHandler } from '@nestjs/cqrs';
import type { ICommandHandler } from '@nestjs/cqrs';
import { ABANDONED, Intake, rejected, sentIdOf } from '#intake';
import type { IntakeAnswer, RecordOptions } from '#intake';
import type { Principal } from '#platform';
import { invalidJson } from '../bodies/read-json.js';
import type { SentEvent } from './sent-events.js';

/** How events are recorded. */
export interface RecordingOptions extends RecordOptions {
  readonly atomic: boolean;
}

/** Records CloudEvents for a publisher; answered when they are durable, in the order sent. */
export class RecordEvents extends Command<readonly IntakeAnswer[]> {
  constructor(
    readonly publisher: Principal,
    readonly events: readonly SentEvent[],
    readonly options: RecordingOptions,
  ) {
    super();
  }
}

@CommandHandler(RecordEvents)
export class RecordEventsHandler implements ICommandHandler<RecordEvents> {
  constructor(private readonly intake: Intake) {}

  async execute({ publisher, events, options }: RecordEvents): Promise<readonly IntakeAnswer[]> {
    return recordBy(this.intake, publisher, events, options);
  }
}

/** Refuses what its JSON does not keep, and hands the rest to an intake. */
export async function recordBy(
  intake: Intake,
  { tenant, subject: id }: Principal,
  events: readonly SentEvent[],
  options: RecordingOptions,
): Promise<readonly IntakeAnswer[]> {
  const refused = events.map(unreadable);
  if (options.atomic && refused.some((answer) => answer !== undefined)) {
    return events.map((event, i) => refused[i] ?? rejected(sentIdOf(event.value), ABANDONED));
  }
  const inputs = events.filter((_, i) => refused[i] === undefined).map(({ value }) => value);
  const answers = await intake.record({ tenant, id }, inputs, options);
  let next = 0;
  return refused.map((answer) => answer ?? answers[next++]!);
}

function unreadable(event: SentEvent): IntakeAnswer | undefined {
  if (event.faults.length === 0) return undefined;
  const { code, message: detail, faults: errors } = invalidJson(event.faults);
  return rejected(sentIdOf(event.value), { code, detail, errors });
}
