import type { Readable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { Command, CommandBus, CommandHandler } from '@nestjs/cqrs';
import type { ICommandHandler } from '@nestjs/cqrs';
import type { Answer } from '#api';
import { decompress, encodingOf } from '#compression';
import { InvalidInput, LedgerError, LIMITS, Overloaded } from '#event-sourcing';
import type { IntakeAnswer } from '#intake';
import { Settings } from '#platform';
import type { Principal } from '#platform';
import { readJsonFaults } from '../../bodies/read-json.js';
import { timedBody } from '../../bodies/timed-body.js';
import { FairGate } from '../admission/fair-gate.js';
import { KeyRates } from '../admission/key-rates.js';
import { RecordEvents } from '../record-events.js';
import type { SentEvent } from '../sent-events.js';
import { linesOf } from './lines.js';
import type { Line } from './lines.js';
import { StreamTally } from './stream-tally.js';

/** Records a stream of CloudEvents, one a line; answered at its end. */
export class RecordStream extends Command<Answer<'StreamResults'>> {
  constructor(
    readonly publisher: Principal,
    readonly stream: Readable,
    readonly encoding: string | undefined,
    /** Aborted when the server begins to stop. */
    readonly stopping?: AbortSignal,
  ) {
    super();
  }
}

/** Bounds of the lines that are recorded in one batch: events, bytes. */
const LINES = 500;
const BYTES = 256 * 1024;
/** Bytes of one line; an event may have a quarter of it when recorded. */
const LINE = LIMITS.jsonTextBytes;
/** A stream has no bound of its own: it is recorded as it arrives. */
const STREAM_EXPANSION = { mostBytes: Infinity, mostGrowth: LIMITS.expandedGrowth };
/** How long to wait for capacity before the stream fails, ms. */
const PATIENCE = 120_000;

@CommandHandler(RecordStream)
export class RecordStreamHandler implements ICommandHandler<RecordStream> {
  constructor(
    private readonly commands: CommandBus,
    private readonly gate: FairGate,
    private readonly rates: KeyRates,
    private readonly settings: Settings,
  ) {}

  async execute({ publisher, stream, encoding, stopping }: RecordStream): Promise<Answer<'StreamResults'>> {
    const tally = new StreamTally();
    const packed = timedBody(stream, this.settings.bodySeconds * 1000, stopping);
    const name = encodingOf(encoding);
    const bytes = name === undefined ? packed : decompress(name, packed, STREAM_EXPANSION);
    try {
      for await (const lines of chunksOf(linesOf(bytes, LINE))) {
        tally.add(lines, await this.record(publisher, lines));
        tally.checkWorth();
      }
    } catch (error) {
      throw tally.interrupted(error);
    }
    return tally.results();
  }

  /** Records a batch of lines; without capacity nothing more is read, so that the sender waits (back-pressure). */
  private async record(publisher: Principal, lines: readonly Line[]): Promise<readonly IntakeAnswer[]> {
    const events = lines.map(eventOf);
    const bytes = lines.reduce((sum, line) => sum + line.bytes.length, 0);
    for (const end = Date.now() + PATIENCE; ;) {
      try {
        const seconds = this.rates.secondsToWait(publisher.subject);
        if (seconds > 0) await pause(seconds * 1000);
        this.rates.spend(publisher.subject, events.length);
        return await this.gate.pass(publisher.tenant, bytes, () =>
          this.commands.execute(new RecordEvents(publisher, events, { atomic: false })),
        );
      } catch (error) {
        if (!isFull(error) || Date.now() > end) throw error;
        await pause(error.retryAfterSeconds * 1000);
      }
    }
  }
}

function isFull(error: unknown): error is Overloaded {
  return error instanceof LedgerError && typeof error.details['retryAfterSeconds'] === 'number';
}

/** A line as an event; a line that is not JSON is refused by itself. */
function eventOf({ bytes }: Line): SentEvent {
  try {
    return readJsonFaults(bytes);
  } catch (error) {
    if (!(error instanceof InvalidInput)) throw error;
    const { code, faults } = error;
    return { value: undefined, faults: faults.map((fault) => ({ code, ...fault })) };
  }
}

async function* chunksOf(lines: AsyncIterable<Line>): AsyncGenerator<readonly Line[]> {
  let chunk: Line[] = [];
  let bytes = 0;
  for await (const line of lines) {
    chunk.push(line);
    bytes += line.bytes.length;
    if (chunk.length < LINES && bytes < BYTES) continue;
    yield chunk;
    [chunk, bytes] = [[], 0];
  }
  if (chunk.length > 0) yield chunk;
}
