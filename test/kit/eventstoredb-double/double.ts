import { createServer as createHttpServer } from 'node:http';
import { createServer, type AddressInfo, type Server as NetServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { createServer as createTlsServer } from 'node:tls';
import {
  type sendUnaryData,
  Server,
  ServerCredentials,
  ServerInterceptingCall,
  type ServerInterceptor,
  type ServerUnaryCall,
} from '@grpc/grpc-js';
import { type AppendResult, deleteStream, type Expected } from './append.js';
import { type AppendObserver, batchAppend, unaryAppend } from './append-service.js';
import { EventLog } from './event-log.js';
import { refusal } from './failures.js';
import { clusterInfo, supportedMethods } from './features.js';
import { GossipService, ServerFeaturesService, streamNameOf, streams, StreamsService } from './messages.js';
import type { ReadCall, ReadOptions } from './read-call.js';
import { read } from './read-service.js';

export interface DoubleOptions {
  /** Where its log is kept. */
  readonly folder: string;
  readonly port: number;
  /** How long after the port is open it refuses calls, ms. A real server needs 1 to 8 seconds. */
  readonly startMillis?: number;
  /** How long after the order to stop subscriptions live on, ms. A real server gives them 5 seconds. */
  readonly stopMillis?: number;
  readonly observe?: AppendObserver;
  /** Where the first record of a new log stands; as on a real server unless given. */
  readonly firstPosition?: bigint;
  /** PEM: the port then speaks TLS. */
  readonly tls?: { readonly key: string; readonly cert: string };
}

/** HTTP/2 streams that a connection may have open at a time. */
const STREAMS_OF_CONNECTION = 100;
const MAX_MESSAGE = 16 * 1024 * 1024;

/**
 * EventStoreDB as its client knows it: the real protocol on a real port, and behind it a log that answers as a real
 * server of version 24.10 did in experiments. Not there: projections, persistent subscriptions, scavenging, clusters, access
 * control.
 */
export class EventStoreDouble {
  private ready = false;
  private readonly open = new Set<Closable>();
  /** Reads and subscriptions since it was started. */
  readsBegun = 0;
  private readonly reads = new Set<ReadCall>();
  private readonly sockets = new Set<Socket>();
  /** The credentials that came with each stream of appends. */
  readonly authorizations: string[] = [];
  /** How many of the next questions for the server's features fail. */
  readonly featureFailures = { left: 0 };
  /** What each subscription so far asked for. */
  readonly subscriptions: ReadOptions[] = [];

  private constructor(
    private readonly log: EventLog,
    private readonly net: NetServer,
    private readonly options: DoubleOptions,
  ) {}

  static async start(options: DoubleOptions): Promise<EventStoreDouble> {
    const log = EventLog.open(join(options.folder, 'log.bin'), options.firstPosition);
    const net =
      options.tls === undefined
        ? createServer()
        : createTlsServer({ ...options.tls, ALPNProtocols: ['h2', 'http/1.1'] });
    const double = new EventStoreDouble(log, net, options);
    double.serve();
    await new Promise<void>((resolve, reject) => {
      net.once('error', reject);
      net.listen(options.port, '127.0.0.1', resolve);
    });
    setTimeout(() => (double.ready = true), options.startMillis ?? 0);
    return double;
  }

  /** Calls that are open now, over all connections. */
  get openCalls(): number {
    return this.open.size;
  }

  get port(): number {
    return (this.net.address() as AddressInfo).port;
  }

  /** Ends all reads and subscriptions without an error, as a server does that is asked to by its operator. */
  endReads(): void {
    for (const call of this.reads) call.end();
  }

  /** Refuses appends at once, lets what is open live for a while, then breaks it off without a status. */
  async stop(): Promise<void> {
    this.ready = false;
    await new Promise((resolve) => setTimeout(resolve, this.options.stopMillis ?? 5_000));
    for (const stream of this.open) stream.close(0);
    this.net.close();
    await this.log.close();
    // The resets are to leave before the connections end.
    await new Promise((resolve) => setTimeout(resolve, 50));
    for (const socket of this.sockets) socket.destroy();
  }

  private serve(): void {
    const server = new Server({
      'grpc.max_concurrent_streams': STREAMS_OF_CONNECTION,
      'grpc.max_receive_message_length': MAX_MESSAGE,
      interceptors: [this.track()],
    });
    const ready = () => this.ready;
    const observe = this.options.observe ?? (() => 'answer' as const);
    const appending = { log: this.log, ready, observe };
    server.addService(StreamsService, {
      read: (call: ReadCall) => {
        const options = call.request.getOptions()!;
        if (options.hasSubscription()) this.subscriptions.push(options);
        this.readsBegun++;
        this.reads.add(call);
        call.once('close', () => this.reads.delete(call));
        read(this.log, ready, call);
      },
      append: (...of: Tail<typeof unaryAppend>) => unaryAppend(appending, ...of),
      batchAppend: (call: Parameters<typeof batchAppend>[1]) => {
        for (const value of call.metadata.get('authorization')) this.authorizations.push(String(value));
        batchAppend(appending, call);
      },
      delete: (...of: Unary<DeleteReq, DeleteResp>) => void this.delete(false, ...of),
      tombstone: (...of: Unary<DeleteReq, DeleteResp>) => void this.delete(true, ...of),
    });
    server.addService(ServerFeaturesService, { getSupportedMethods: supportedMethods(this.featureFailures) });
    server.addService(GossipService, { read: clusterInfo(() => this.port) });
    const injector = server.createConnectionInjector(ServerCredentials.createInsecure());
    const http = createHttpServer((request, response) => {
      const status = request.url !== '/health/live' ? 404 : this.ready ? 204 : 503;
      response.writeHead(status).end();
    });
    this.net.on(this.options.tls === undefined ? 'connection' : 'secureConnection', (socket: Socket) => {
      this.sockets.add(socket);
      socket.once('close', () => this.sockets.delete(socket));
      tellProtocol(socket, (isHttp2) =>
        isHttp2 ? injector.injectConnection(socket) : http.emit('connection', socket),
      );
    });
  }

  private async delete(forGood: boolean, ...[call, answer]: Unary<DeleteReq, DeleteResp>): Promise<void> {
    const options = call.request.getOptions()!;
    const stream = streamNameOf(options.getStreamIdentifier());
    const expected: Expected = options.hasRevision()
      ? BigInt(options.getRevision())
      : options.hasNoStream()
        ? 'no_stream'
        : options.hasStreamExists()
          ? 'stream_exists'
          : 'any';
    const result: AppendResult = await deleteStream(this.log, stream, expected, forGood);
    if (result.kind !== 'success') return answer(refusal(result, stream, expected === 'any' ? -2n : -1n));
    const Response = forGood ? streams.TombstoneResp : streams.DeleteResp;
    const position = new Response.Position()
      .setCommitPosition(String(result.position))
      .setPreparePosition(String(result.position));
    answer(null, new Response().setPosition(position));
  }

  /** Keeps the HTTP/2 streams of calls, to break them off as a real server does that ends. */
  private track(): ServerInterceptor {
    return (_, call) => {
      const stream: unknown = Reflect.get(call, 'stream');
      if (isClosable(stream)) {
        this.open.add(stream);
        stream.once('close', () => this.open.delete(stream));
      }
      return new ServerInterceptingCall(call);
    };
  }
}

type Tail<F> = F extends (context: never, ...rest: infer R) => void ? R : never;
type Unary<Q, R> = [call: ServerUnaryCall<Q, R>, answer: sendUnaryData<R>];
type DeleteReq = InstanceType<typeof streams.TombstoneReq>;
type DeleteResp = InstanceType<typeof streams.TombstoneResp>;

interface Closable {
  close(code: number): void;
  once(event: 'close', listener: () => void): void;
}

function isClosable(value: unknown): value is Closable {
  return typeof value === 'object' && value !== null && 'close' in value && 'once' in value;
}

/** gRPC and the health check share the port: HTTP/2 begins with a preface of its own. */
function tellProtocol(socket: Socket, told: (isHttp2: boolean) => void): void {
  socket.once('error', () => undefined);
  socket.once('readable', () => {
    const first = socket.read() as Buffer | null;
    if (first === null) return;
    socket.unshift(first);
    told(first.toString('latin1', 0, 3) === 'PRI');
  });
}
