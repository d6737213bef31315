import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { DynamicModule, LoggerService } from '@nestjs/common';
import type { FastifyInstance } from 'fastify';
import { guardRoutes } from '../access/access-hook.js';
import type { Doorkeepers } from '../access/access-hook.js';
import { answerProblem } from '../problems/answer-problem.js';
import { ProblemFilter } from '../problems/problem-filter.js';
import { answerBrokenHttp } from './broken-http.js';
import { Drain } from './drain.js';
import { tagReads } from './etag.js';
import { JsonTextInterceptor } from './json-text.js';
import { refuseOddHeads } from './odd-heads.js';
import { QueryPipe } from './query-pipe.js';
import { REQUEST_ID_HEADER, requestIdOf } from './request-id.js';
import { secureAnswers } from './security-headers.js';
import { collectRoutes } from './route-table.js';
import type { RouteRow } from './route-table.js';
import { refuseWrongMethods } from './wrong-method.js';

export interface HttpOptions {
  readonly doorkeepers: Doorkeepers;
  /** Largest body, bytes. */
  readonly bodyLimit: number;
  readonly corsOrigins: readonly string[];
  readonly logger: LoggerService | false;
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

/** Puts the module behind Fastify with everything that all routes have in common. */
export async function openHttpApplication(
  module: DynamicModule,
  options: HttpOptions,
): Promise<HttpApplication> {
  const adapter = adapterOf(options);
  const instance = adapter.getInstance() as unknown as FastifyInstance;
  const routes = collectRoutes(instance);
  const drain = new Drain();
  instance.addHook('onRequest', (request, reply, done) => {
    void reply.header(REQUEST_ID_HEADER, request.id);
    done();
  });
  refuseOddHeads(instance);
  drain.watch(instance);
  refuseWrongMethods(instance, routes);
  guardRoutes(instance, options.doorkeepers, options.open);
  tagReads(instance);
  secureAnswers(instance);
  instance.removeAllContentTypeParsers();
  options.bodies(instance);
  const nest = await NestFactory.create<NestFastifyApplication>(module, adapter, {
    logger: options.logger,
    bodyParser: false,
    abortOnError: false,
  });
  nest.enableCors(corsOf(options.corsOrigins));
  nest.useGlobalPipes(new QueryPipe());
  nest.useGlobalFilters(new ProblemFilter());
  nest.useGlobalInterceptors(new JsonTextInterceptor());
  return { nest, drain, routes };
}

function adapterOf({ bodyLimit }: HttpOptions): FastifyAdapter {
  return new FastifyAdapter({
    bodyLimit,
    genReqId: requestIdOf,
    requestIdHeader: false,
    // Streams take their time; other bodies have a bound of their own (`body-time.ts` of the server).
    requestTimeout: 0,
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    // A customer's id has up to 128 bytes, each of three letters when percent-encoded.
    routerOptions: { maxParamLength: 400 },
    // Node would refuse it without a problem; refuseOddHeads does it with one.
    http: { requireHostHeader: false },
    frameworkErrors: answerProblem,
    clientErrorHandler: answerBrokenHttp,
  });
}

function corsOf(origins: readonly string[]) {
  return {
    origin: origins.length === 0 ? false : [...origins],
    exposedHeaders: ['etag', 'retry-after', REQUEST_ID_HEADER],
    maxAge: 600,
  };
}
