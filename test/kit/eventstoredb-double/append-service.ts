import type { ServerDuplexStream, ServerReadableStream, sendUnaryData } from '@grpc/grpc-js';
import { append, type AppendResult, type Expected, MAX_APPEND } from './append.js';
import type { EventLog } from './event-log.js';
import { failure, refusal } from './failures.js';
import {
  any,
  type BatchAppendReq,
  type BatchAppendResp,
  empty,
  rpcStatus,
  shared,
  streamNameOf,
  streams,
  uuidText,
} from './messages.js';
import type { Proposed } from './record.js';

/** What a batch append has sent so far. */
interface Batch {
  readonly stream: string;
  readonly expected: Expected;
  /** Milliseconds. */
  readonly deadline: number;
  readonly options: InstanceType<typeof streams.BatchAppendReq.Options>;
  readonly events: Proposed[];
}

/** What a test sees of an append, before it is answered. */
export interface SeenAppend {
  /** Over the stream of appends that a client shares, or by a call of its own (which credentials make it do). */
  readonly by: 'batch' | 'call';
  readonly stream: string;
  readonly expected: Expected;
  readonly ids: readonly string[];
}

/** Called with each append. Answering `silent` keeps the answer back, not the append: its outcome stays unknown. */
export type AppendObserver = (append: SeenAppend) => 'answer' | 'silent';

/** What an append is done with. */
export interface AppendContext {
  readonly log: EventLog;
  readonly ready: () => boolean;
  readonly observe: AppendObserver;
}

/** All appends of a client over one stream of messages, told apart by their correlation ids. */
export function batchAppend(
  { log, ready, observe }: AppendContext,
  call: ServerDuplexStream<BatchAppendReq, BatchAppendResp>,
): void {
  const batches = new Map<string, Batch>();
  call.on('data', (request: BatchAppendReq) => {
    const id = uuidText(request.getCorrelationId());
    const options = request.getOptions();
    if (options !== undefined) batches.set(id, begun(options));
    const batch = batches.get(id);
    if (batch === undefined) return;
    batch.events.push(...request.getProposedMessagesList().map(proposedOf));
    if (!request.getIsFinal()) return;
    batches.delete(id);
    const { stream, expected, events } = batch;
    const silent =
      observe({ by: 'batch', stream, expected, ids: events.map((event) => event.id) }) === 'silent';
    void answerTo(log, ready(), batch).then((response) => {
      if (!call.cancelled && !silent) call.write(response.setCorrelationId(request.getCorrelationId()));
    });
  });
  call.on('end', () => call.end());
  call.on('error', () => undefined);
}

function begun(options: InstanceType<typeof streams.BatchAppendReq.Options>): Batch {
  const expected = options.hasStreamPosition() ? BigInt(options.getStreamPosition()) : kindOf(options);
  const seconds = options.getDeadline()?.getSeconds() ?? Infinity;
  const nanos = options.getDeadline()?.getNanos() ?? 0;
  const deadline = seconds * 1000 + nanos / 1e6;
  return { stream: streamNameOf(options.getStreamIdentifier()), expected, deadline, options, events: [] };
}

function kindOf(options: { hasAny(): boolean; hasNoStream(): boolean }): Expected {
  return options.hasAny() ? 'any' : options.hasNoStream() ? 'no_stream' : 'stream_exists';
}

function proposedOf(message: InstanceType<typeof streams.BatchAppendReq.ProposedMessage>): Proposed {
  const about = message.getMetadataMap();
  return {
    id: uuidText(message.getId()),
    type: about.get('type') ?? '',
    contentType: about.get('content-type') ?? '',
    data: message.getData_asU8(),
    metadata: message.getCustomMetadata_asU8(),
  };
}

async function answerTo(log: EventLog, ready: boolean, batch: Batch): Promise<BatchAppendResp> {
  const response = new streams.BatchAppendResp().setStreamIdentifier(batch.options.getStreamIdentifier());
  if (!ready)
    return response.setError(errorOf('Server Is Not Ready', new empty.Empty(), 'google.protobuf.Empty'));
  if (Date.now() > batch.deadline)
    return response.setError(errorOf('Timeout', new shared.Timeout(), 'event_store.client.Timeout'));
  const result = await append(log, batch.stream, batch.expected, batch.events);
  if (result.kind !== 'success') return response.setError(refusedBatch(result, batch));
  const success = new streams.BatchAppendResp.Success().setCurrentRevision(String(result.revision));
  if (result.position === undefined) success.setNoPosition(new empty.Empty());
  else success.setPosition(positionOf(result.position));
  return response.setSuccess(success);
}

function positionOf(position: bigint) {
  return new shared.AllStreamPosition()
    .setCommitPosition(String(position))
    .setPreparePosition(String(position));
}

function refusedBatch(result: Exclude<AppendResult, { kind: 'success' }>, { stream, options }: Batch) {
  switch (result.kind) {
    case 'wrong-version': {
      const details = new shared.WrongExpectedVersion();
      if (result.current === undefined) details.setCurrentNoStream(new empty.Empty());
      else details.setCurrentStreamRevision(String(result.current));
      if (options.hasStreamPosition()) details.setExpectedStreamPosition(options.getStreamPosition());
      else if (options.hasAny()) details.setExpectedAny(new empty.Empty());
      else if (options.hasNoStream()) details.setExpectedNoStream(new empty.Empty());
      else details.setExpectedStreamExists(new empty.Empty());
      return errorOf('WrongExpectedVersion', details, 'event_store.client.WrongExpectedVersion');
    }
    case 'deleted': {
      const details = new shared.StreamDeleted().setStreamIdentifier(
        new shared.StreamIdentifier().setStreamName(Buffer.from(stream).toString('base64')),
      );
      return errorOf('StreamDeleted', details, 'event_store.client.StreamDeleted');
    }
    case 'too-large': {
      const details = new shared.MaximumAppendSizeExceeded().setMaxappendsize(MAX_APPEND);
      return errorOf('MaximumAppendSizeExceeded', details, 'event_store.client.MaximumAppendSizeExceeded');
    }
    case 'bad-request':
      return errorOf('BadRequest', new shared.BadRequest(), 'event_store.client.BadRequest');
  }
}

function errorOf(message: string, details: { serializeBinary(): Uint8Array }, type: string) {
  const packed = new any.Any();
  packed.pack(details.serializeBinary(), type);
  return new rpcStatus.Status().setMessage(message).setDetails(packed);
}

type AppendReq = InstanceType<typeof streams.AppendReq>;
type AppendResp = InstanceType<typeof streams.AppendResp>;

/** One append of its own: what a client uses that gives credentials for each call. */
export function unaryAppend(
  { log, ready, observe }: AppendContext,
  call: ServerReadableStream<AppendReq, AppendResp>,
  answer: sendUnaryData<AppendResp>,
): void {
  let [stream, expected]: [string, Expected] = ['', 'any'];
  const events: Proposed[] = [];
  call.on('data', (request: AppendReq) => {
    const options = request.getOptions();
    if (options !== undefined) {
      stream = streamNameOf(options.getStreamIdentifier());
      expected = options.hasRevision() ? BigInt(options.getRevision()) : kindOf(options);
    }
    const message = request.getProposedMessage();
    if (message !== undefined) events.push(proposedOf(message));
  });
  call.on('end', () => {
    if (!ready()) return answer(failure('not-ready', stream));
    observe({ by: 'call', stream, expected, ids: events.map(({ id }) => id) });
    void append(log, stream, expected, events).then((result) =>
      answerUnary(result, stream, expected, answer),
    );
  });
}

function answerUnary(
  result: AppendResult,
  stream: string,
  expected: Expected,
  answer: sendUnaryData<AppendResp>,
): void {
  const response = new streams.AppendResp();
  if (result.kind === 'wrong-version') {
    const wrong = new streams.AppendResp.WrongExpectedVersion();
    if (result.current === undefined) wrong.setCurrentNoStream(new shared.Empty());
    else wrong.setCurrentRevision(String(result.current));
    if (typeof expected === 'bigint') wrong.setExpectedRevision(String(expected));
    else if (expected === 'any') wrong.setExpectedAny(new shared.Empty());
    else if (expected === 'no_stream') wrong.setExpectedNoStream(new shared.Empty());
    else wrong.setExpectedStreamExists(new shared.Empty());
    return answer(null, response.setWrongExpectedVersion(wrong));
  }
  if (result.kind !== 'success') return answer(refusal(result, stream));
  const success = new streams.AppendResp.Success().setCurrentRevision(String(result.revision));
  if (result.position === undefined) success.setNoPosition(new shared.Empty());
  else
    success.setPosition(
      new streams.AppendResp.Position()
        .setCommitPosition(String(result.position))
        .setPreparePosition(String(result.position)),
    );
  answer(null, response.setSuccess(success));
}
