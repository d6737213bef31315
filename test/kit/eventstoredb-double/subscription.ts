import type { EventLog } from './event-log.js';
import { failure } from './failures.js';
import { streamNameOf, streams } from './messages.js';
import { eventResponse, fail, isBoundary, type ReadCall, type ReadOptions, write } from './read-call.js';
import type { LogRecord } from './record.js';

/** Events scanned between two checkpoints, where the client gives no window. */
const DEFAULT_WINDOW = 32;

/** Events from a position on (exclusive), for ever; over everything or of one stream. */
export async function subscribe(log: EventLog, call: ReadCall, options: ReadOptions): Promise<void> {
  const start = startOf(log, options);
  if (start === 'deleted') return fail(call, failure('stream-deleted', streamOf(options)));
  if (start === 'invalid') return fail(call, failure('invalid-subscription-position'));
  const id = crypto.randomUUID();
  const confirmation = new streams.ReadResp.SubscriptionConfirmation().setSubscriptionId(id);
  await write(call, new streams.ReadResp().setConfirmation(confirmation));
  // A position that the log has not reached: accepted, and nothing ever comes of it.
  if (start === 'beyond') return;
  const wake = wakeOn(log, call);
  await new Subscription(log, call, options).run(start, wake.next);
  wake.end();
}

type Start = number | 'deleted' | 'invalid' | 'beyond';

function startOf(log: EventLog, options: ReadOptions): Start {
  const all = options.getAll();
  if (all === undefined) return startInStream(log, options);
  if (!all.hasPosition()) return all.hasEnd() ? log.committed : 0;
  const position = BigInt(all.getPosition()!.getCommitPosition());
  if (position >= log.writer) return 'beyond';
  return isBoundary(log, position) ? log.indexAfter(position, false) : 'invalid';
}

function startInStream(log: EventLog, options: ReadOptions): Start {
  const state = log.streams.get(streamOf(options));
  if (state?.tombstoned === true) return 'deleted';
  const from = options.getStream()!;
  if (from.hasEnd()) return log.committed;
  const before = from.hasRevision() ? state?.records[Number(from.getRevision())] : undefined;
  return before === undefined ? 0 : log.indexAfter(before.position, false);
}

const streamOf = (options: ReadOptions) => streamNameOf(options.getStream()?.getStreamIdentifier());

class Subscription {
  private readonly matches: (record: LogRecord) => boolean;
  private readonly window: number;
  private scanned = 0;

  constructor(
    private readonly log: EventLog,
    private readonly call: ReadCall,
    options: ReadOptions,
  ) {
    const filter = options.getFilter();
    this.matches = matcherOf(options);
    this.window =
      filter === undefined
        ? Infinity
        : (filter.hasMax() ? filter.getMax() : DEFAULT_WINDOW) * filter.getCheckpointintervalmultiplier();
  }

  async run(start: number, more: () => Promise<boolean>): Promise<void> {
    const { log, call } = this;
    let caughtUp = false;
    for (let at = start; !call.cancelled;) {
      while (at < log.committed && !call.cancelled) await this.deliver(log.records[at++]!);
      if (!caughtUp) await write(call, new streams.ReadResp().setCaughtUp(new streams.ReadResp.CaughtUp()));
      caughtUp = true;
      if (at === log.committed && !(await more())) return;
    }
  }

  private async deliver(record: LogRecord): Promise<void> {
    if (this.matches(record)) await write(this.call, eventResponse(record));
    if (++this.scanned % this.window !== 0) return;
    const checkpoint = new streams.ReadResp.Checkpoint()
      .setCommitPosition(String(record.position))
      .setPreparePosition(String(record.position));
    await write(this.call, new streams.ReadResp().setCheckpoint(checkpoint));
  }
}

function matcherOf(options: ReadOptions): (record: LogRecord) => boolean {
  if (!options.hasAll()) {
    const name = streamOf(options);
    return ({ stream }) => stream === name;
  }
  const filter = options.getFilter();
  const expression = filter?.getStreamIdentifier() ?? filter?.getEventType();
  if (filter === undefined || expression === undefined) return () => true;
  const textOf = filter.hasEventType() ? (r: LogRecord) => r.type : (r: LogRecord) => r.stream;
  const prefixes = expression.getPrefixList();
  const pattern = new RegExp(expression.getRegex());
  return prefixes.length > 0
    ? (record) => prefixes.some((prefix) => textOf(record).startsWith(prefix))
    : (record) => pattern.test(textOf(record));
}

/** Waits for the next commit; false when the client has gone. A commit before the wait is not missed. */
function wakeOn(log: EventLog, call: ReadCall): { next(): Promise<boolean>; end(): void } {
  let resolve: (() => void) | undefined;
  let woken = false;
  const wake = () => {
    woken = true;
    resolve?.();
  };
  const end = log.onCommitted(wake);
  call.on('cancelled', wake);
  return {
    next: async () => {
      if (!woken) await new Promise<void>((done) => (resolve = done));
      woken = false;
      return !call.cancelled;
    },
    end,
  };
}
