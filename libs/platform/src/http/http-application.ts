import type { RequestListener } from 'node:http';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { DynamicModule } from '@nestjs/common';
import type { FastifyInstance } from 'fastify';
import { LIMITS } from '#event-sourcing';
import { guardRoutes } from '../access/access-hook.js';
import type { Authenticators } from '../access/access-hook.js';
import type { AccessLog } from '../access/access-log.js';
import { logAccesses } from '../access/access-log-hook.js';
import { answerProblem } from '../problems/answer-problem.js';
import { ProblemFilter } from '../problems/problem-filter.js';
import { answerClientError, isGone } from './client-errors.js';
import { compressReads } from './compress.js';
import { ConnectionQueues } from './connection-queues.js';
import { allowOrigins } from './cors.js';
import { Drain } from './drain.js';
import { tagReads } from './etag.js';
import { checkHeaders } from './header-checks.js';
import { createHttpServer } from './http-server.js';
import { JsonTextAdapter } from './json-text.js';
import { QueryPipe } from './query-pipe.js';
import { nameRequests, requestIdOf } from './request-id.js';
import { addSecurityHeaders } from './security-headers.js';
import { collectRoutes } from './route-table.js';
import type { RouteRow } from './route-table.js';
import { endUnreadBodies } from './unread-bodies.js';
import { UnsentAnswers } from './unsent-answers.js';
import { refuseWrongMethods } from './wrong-method.js';

export interface HttpOptions {
  readonly authenticators: Authenticators;
  /** Who reads and changes what; absent: it is not recorded. */
  readonly accessLog?: AccessLog;
  readonly corsOrigins: readonly string[];
  /** Path prefixes that need no key and carry no decorators of ours (the page of documentation). */
  readonly open: readonly string[];
  /** Registers the body parsers, before any route. */
  readonly bodies: (instance: FastifyInstance) => void;
}

/** The HTTP side of the server, ready to listen. */
export interface HttpApplication {
  readonly nest: NestFastifyApplication;
  readonly drain: Drain;
  readonly routes: readonly RouteRow[];
}

/**
 * Puts the module behind Fastify with everything that all routes have in common. This is the way of every request, in
 * the order in which it happens:
 *
 * 1. the connection: bytes that are not HTTP are answered, one request at a time is handed on (`createHttpServer`)
 * 2. the hooks before the body is read: id, security headers, header checks, stopping, CORS, method, caller, purpose
 * 3. the body: read within its limits by the parsers of `options.bodies`
 * 4. query parameters: checked by `QueryPipe`; then the handler of the route
 * 5. the answer: `JsonText` as it is, whatever was thrown as a problem, reads with an ETag and compressed where asked
 *    for, all within the memory for answers; what is left of an unread body is dropped, and the access is recorded
 */
export async function openHttpApplication(
  module: DynamicModule,
  options: HttpOptions,
): Promise<HttpApplication> {
  const adapter = adapterOf();
  const instance = adapter.getInstance() as unknown as FastifyInstance;
  const routes = collectRoutes(instance);
  const drain = new Drain();

  // Before the body is read.
  nameRequests(instance);
  addSecurityHeaders(instance);
  checkHeaders(instance);
  drain.watch(instance);
  allowOrigins(instance, options.corsOrigins, routes);
  refuseWrongMethods(instance, routes);
  guardRoutes(instance, options.authenticators, options.open);
  if (options.accessLog !== undefined) logAccesses(instance, options.accessLog);

  // The body.
  instance.removeAllContentTypeParsers();
  options.bodies(instance);

  // The answer.
  tagReads(instance);
  compressReads(instance);
  new UnsentAnswers().watch(instance);
  endUnreadBodies(instance);

  const nest = await NestFactory.create<NestFastifyApplication>(module, adapter, {
    bodyParser: false,
    abortOnError: false,
  });
  nest.useGlobalPipes(new QueryPipe());
  nest.useGlobalFilters(new ProblemFilter());
  return { nest, drain, routes };
}

function adapterOf(): JsonTextAdapter {
  let queues: ConnectionQueues | undefined;
  return new JsonTextAdapter({
    serverFactory: (handler: RequestListener) => {
      queues ??= new ConnectionQueues(handler);
      return createHttpServer(queues);
    },
    genReqId: requestIdOf,
    requestIdHeader: false,
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    // A customer's id has up to 128 bytes, each of three letters when percent-encoded.
    routerOptions: { maxParamLength: LIMITS.urlStep },
    frameworkErrors: answerProblem,
    clientErrorHandler: (error, socket) => {
      if (isGone(error, socket)) socket.destroy();
      else queues!.fail(socket, () => answerClientError(error, socket));
    },
  });
}
