import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { LIMITS } from '#event-sourcing';

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/** The requests of one connection. */
interface Queue {
  /** The one that is being worked on. */
  current?: Exchange;
  readonly waiting: Exchange[];
  /** What to do once everything before it has been answered, and nothing more is read. */
  last?: () => void;
}

/**
 * Works on one request of each connection at a time. Node hands over all requests that a client has sent ahead
 * (pipelining) at once: their answers would pile up in memory behind the first one.
 */
export class ConnectionQueues {
  private readonly queues = new WeakMap<Socket, Queue>();

  constructor(private readonly handler: RequestListener) {}

  /** Works on the request when those before it on its connection have been answered. */
  add(request: IncomingMessage, response: ServerResponse): void {
    const { socket } = request;
    const queue = this.queueOf(socket);
    if (queue.last !== undefined) return;
    // A client that sends more ahead has the rest unanswered, as if it had come too late.
    if (queue.waiting.length >= LIMITS.pipelinedRequests) queue.last = () => socket.end();
    else queue.waiting.push({ request, response });
    this.next(queue);
  }

  /**
   * The connection has sent something that is not HTTP: `answer` comes after the answers to the good requests before
   * it, so that it is not taken for one of theirs.
   */
  fail(socket: Socket, answer: () => void): void {
    const queue = this.queueOf(socket);
    queue.last ??= answer;
    // The body that is being read will never be complete.
    if (queue.current?.request.complete === false) delete queue.current;
    this.next(queue);
  }

  private queueOf(socket: Socket): Queue {
    let queue = this.queues.get(socket);
    if (queue === undefined) {
      queue = { waiting: [] };
      this.queues.set(socket, queue);
    }
    return queue;
  }

  private next(queue: Queue): void {
    if (queue.current !== undefined) return;
    const exchange = queue.waiting.shift();
    if (exchange === undefined || (queue.last !== undefined && !exchange.request.complete)) {
      queue.waiting.length = 0;
      queue.last?.();
      return;
    }
    queue.current = exchange;
    const { request, response } = exchange;
    response.once('close', () => {
      if (queue.current !== exchange) return;
      delete queue.current;
      if (!request.socket.destroyed) this.next(queue);
    });
    this.handler(request, response);
  }
}
