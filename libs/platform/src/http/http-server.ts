import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { LIMITS } from '#event-sourcing';
import { openFileLimit } from '../config/open-files.js';
import type { ConnectionQueues } from './connection-queues.js';

/** Descriptors that stay free for the stores, the threads and Kafka. */
const RESERVED_DESCRIPTORS = 256;

/**
 * Makes the HTTP server: one request at a time on each connection, and no more connections than there are descriptors
 * for. Every request reaches the queues, also one whose Expect node itself would refuse.
 */
export function createHttpServer(queues: ConnectionQueues): Server {
  // Node would refuse a missing Host with an empty answer; `checkHeaders` does it with a problem.
  const server = createServer(
    { requireHostHeader: false, maxHeaderSize: LIMITS.headerBytes },
    (request, response) => queues.add(request, response),
  );
  server.on('checkExpectation', (request: IncomingMessage, response: ServerResponse) =>
    queues.add(request, response),
  );
  // Bodies have a time of their own (`collect-body.ts` and `timed-body.ts` of the server), streams take as long as
  // they need.
  server.requestTimeout = 0;
  server.keepAliveTimeout = LIMITS.idleConnectionSeconds * 1000;
  server.maxConnections = Math.min(LIMITS.connections, Math.max(64, openFileLimit() - RESERVED_DESCRIPTORS));
  return server;
}
