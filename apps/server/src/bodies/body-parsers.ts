import type { Readable } from 'node:stream';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { decompressWhole, encodingOf } from '#compression';
import { LedgerError, LIMITS } from '#event-sourcing';
import type { Settings } from '#platform';
import { BodyBudget } from './body-budget.js';
import { collectBody } from './collect-body.js';
import { NDJSON } from './ndjson.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Reads the body, at most so many bytes of it. */
    collect?: (stream: Readable, mostBytes: number) => Promise<Buffer>;
  }
}

/** Takes larger bodies than other routes, and unpacks them itself once they are admitted. */
const EVENTS_ROUTE = '/v1/events';

/**
 * Lets every body arrive as its bytes: what they mean is for the route to say, by the content type and the headers. A
 * stream of lines stays a stream.
 */
export function takeBodiesAsBytes(
  instance: FastifyInstance,
  { bodyLimit, bodySeconds, queueBytes }: Pick<Settings, 'bodyLimit' | 'bodySeconds' | 'queueBytes'>,
): void {
  const bounds = { millis: bodySeconds * 1000, budget: new BodyBudget(2 * queueBytes) };
  // A parser does not know the reply, with whose end the body's memory is given back.
  instance.decorateRequest('collect');
  instance.addHook('preParsing', (request, reply, stream, done) => {
    request.collect = (body, mostBytes) => collectBody(request, reply, body, { ...bounds, mostBytes });
    done(null, stream);
  });
  instance.addContentTypeParser('*', async (request: FastifyRequest, stream: Readable) =>
    isOfEvents(request) ? request.collect!(stream, bodyLimit) : jsonBody(request, stream),
  );
  instance.addContentTypeParser(NDJSON, async (request: FastifyRequest, stream: Readable) =>
    isOfEvents(request) ? stream : jsonBody(request, stream),
  );
}

const isOfEvents = ({ routeOptions }: FastifyRequest) => routeOptions.url === EVENTS_ROUTE;

async function jsonBody({ headers, collect }: FastifyRequest, stream: Readable): Promise<Buffer> {
  const { jsonTextBytes: mostBytes, expandedGrowth: mostGrowth } = LIMITS;
  const encoding = encodingOf(headers['content-encoding']);
  const body = await collect!(stream, mostBytes);
  return encoding === undefined ? body : decompressWhole(encoding, body, { mostBytes, mostGrowth });
}

/** The body's bytes. Throws `empty-body`. */
export function bodyBytes(body: unknown): Buffer {
  if (Buffer.isBuffer(body) && body.length > 0) return body;
  throw new LedgerError('empty-body', 'the request has no body');
}
