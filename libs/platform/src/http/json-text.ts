import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyReply } from 'fastify';

/** An answer that is JSON text already, with its ETag if it is a read. */
export class JsonText {
  constructor(
    readonly text: string,
    readonly etag?: string,
    readonly headers: Readonly<Record<string, string>> = {},
    /** How many records it holds, for the access log. */
    readonly records = 1,
  ) {}
}

/** Sends JsonText as it is; everything else as Nest does. */
export class JsonTextAdapter extends FastifyAdapter {
  override reply(response: FastifyReply, body: unknown, statusCode?: number): FastifyReply {
    // Nest hands over plain replies, too, on which nothing was asked.
    if (response.request !== undefined) response.request.records ??= recordsIn(body);
    if (!(body instanceof JsonText)) return super.reply(response, body, statusCode) as FastifyReply;
    void response.header('content-type', 'application/json; charset=utf-8').headers(body.headers);
    if (body.etag !== undefined) void response.header('etag', body.etag);
    return super.reply(response, body.text, statusCode) as FastifyReply;
  }
}

function recordsIn(body: unknown): number {
  if (body instanceof JsonText) return body.records;
  const { items } = (body ?? {}) as { readonly items?: unknown };
  return Array.isArray(items) ? items.length : 1;
}
