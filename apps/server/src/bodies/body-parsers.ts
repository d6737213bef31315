import type { Readable } from 'node:stream';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { decompressWhole, encodingOf } from '#compression';
import { LedgerError, LIMITS } from '#event-sourcing';
import type { Settings } from '#platform';
import { BodyBudget, HeldMemory } from './body-budget.js';
import { collectBody } from './collect-body.js';
import { NDJSON } from './ndjson.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** The request's part of the memory for bodies. Set before its body is read. */
    memory?: HeldMemory;
  }
}

/** This route takes larger bodies than others, and decompresses them once they are admitted. */
const EVENTS_ROUTE = '/v1/events';
/** A stream is not buffered, except one line, and the lines that are recorded in one batch. */
const STREAM_BYTES = 2 * LIMITS.jsonTextBytes;

/**
 * Passes every body on as bytes: the route interprets them by the content type and headers. A
 * stream of lines stays a stream.
 */
export function takeBodiesAsBytes(
  instance: FastifyInstance,
  { bodyLimit, bodySeconds, queueBytes }: Pick<Settings, 'bodyLimit' | 'bodySeconds' | 'queueBytes'>,
): void {
  const budget = new BodyBudget(2 * queueBytes);
  const millis = bodySeconds * 1000;
  instance.decorateRequest('memory');
  instance.addHook('preParsing', (request, reply, stream, done) => {
    const memory = new HeldMemory(budget, request.principal?.tenant ?? '');
    request.memory = memory;
    reply.raw.once('close', () => memory.release());
    done(null, stream);
  });
  instance.addContentTypeParser('*', async (request: FastifyRequest, stream: Readable) =>
    isOfEvents(request)
      ? collectBody(request, stream, { mostBytes: bodyLimit, millis })
      : jsonBody(request, stream, millis),
  );
  instance.addContentTypeParser(NDJSON, async (request: FastifyRequest, stream: Readable) => {
    if (!isOfEvents(request)) return jsonBody(request, stream, millis);
    request.memory!.take(STREAM_BYTES);
    return stream;
  });
}

const isOfEvents = ({ routeOptions }: FastifyRequest) => routeOptions.url === EVENTS_ROUTE;

async function jsonBody(request: FastifyRequest, stream: Readable, millis: number): Promise<Buffer> {
  const { jsonTextBytes: mostBytes, expandedGrowth: mostGrowth } = LIMITS;
  const encoding = encodingOf(request.headers['content-encoding']);
  const body = await collectBody(request, stream, { mostBytes, millis });
  return encoding === undefined ? body : decompressWhole(encoding, body, { mostBytes, mostGrowth });
}

/** The body's bytes. Throws `empty-body`. */
export function bodyBytes(body: unknown): Buffer {
  if (Buffer.isBuffer(body) && body.length > 0) return body;
  throw new LedgerError('empty-body', 'the request has no body');
}
