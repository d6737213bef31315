import { Command, CommandHandler } from '@nestjs/cqrs';
import type { ICommandHandler } from '@nestjs/cqrs';
import type { Answer } from '#api';
import { LedgerError } from '#event-sourcing';
import { Intake } from '#intake';
import type { IntakeAnswer } from '#intake';
import { mayCall } from '#platform';
import type { Principal } from '#platform';
import { QueryThreads } from '../query/query-threads.js';
import { recordBy, type RecordingOptions } from './record-events.js';
import type { SentEvent } from './sent-events.js';

/** What would become of events, and of the views of the customers that they concern. */
export interface TriedEvents {
  readonly answers: readonly IntakeAnswer[];
  readonly views?: Answer<'Results'>['views'];
}

/** Tries CloudEvents for a publisher: nothing is stored. */
export class TryEvents extends Command<TriedEvents> {
  constructor(
    readonly publisher: Principal,
    readonly events: readonly SentEvent[],
    readonly options: RecordingOptions,
  ) {
    super();
  }
}

@CommandHandler(TryEvents)
export class TryEventsHandler implements ICommandHandler<TryEvents> {
  constructor(
    private readonly intake: Intake,
    private readonly queries: QueryThreads,
  ) {}

  async execute({ publisher, events, options }: TryEvents): Promise<TriedEvents> {
    const { intake, events: pretended } = this.intake.dryRun();
    const answers = await recordBy(intake, publisher, events, options);
    const texts = pretended().map(({ bytes }) => Buffer.from(bytes).toString('utf8'));
    if (texts.length === 0 || !mayCall(['reader'], publisher)) return { answers };
    try {
      const about = { tenant: publisher.tenant, events: texts };
      const { text } = await this.queries.ask({ kind: 'customers-with', about });
      return { answers, views: JSON.parse(text) as TriedEvents['views'] };
    } catch (error) {
      // The views cannot be asked now, or are too large to be shown: what becomes of the events is known all the same.
      if (error instanceof LedgerError) return { answers };
      throw error;
    }
  }
}
