import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyReply } from 'fastify';
import type { Json } from '#event-sourcing';
import { csvOf } from './csv.js';
import { addVary } from './vary.js';

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

/** Whether a request would rather have CSV than JSON. */
export function prefersCsv(accept: string | undefined): boolean {
  const weight = (type: string): number => {
    const part = accept?.split(',', 20).find((one) => one.trim().startsWith(type));
    return part === undefined ? 0 : Number(/;\s*q=([\d.]{1,5})/.exec(part)?.[1] ?? 1);
  };
  return weight('text/csv') > weight('application/json');
}

/** Sends JsonText as it is, lists as CSV where the request prefers that; everything else as Nest does. */
export class JsonTextAdapter extends FastifyAdapter {
  override reply(response: FastifyReply, body: unknown, statusCode?: number): FastifyReply {
    // Nest hands over plain replies, too, on which nothing was asked.
    if (response.request !== undefined) response.request.records ??= recordsIn(body);
    if (!(body instanceof JsonText)) return super.reply(response, body, statusCode) as FastifyReply;
    const csv = prefersCsv(response.request?.headers.accept)
      ? csvOf(JSON.parse(body.text) as Json)
      : undefined;
    const type = csv === undefined ? 'application/json' : 'text/csv';
    void response.headers(body.headers).header('content-type', `${type}; charset=utf-8`);
    addVary(response, 'accept');
    const suffix = csv === undefined ? '"' : '-csv"';
    if (body.etag !== undefined) void response.header('etag', body.etag.replace(/"$/, suffix));
    return super.reply(response, csv ?? body.text, statusCode) as FastifyReply;
  }
}

function recordsIn(body: unknown): number {
  if (body instanceof JsonText) return body.records;
  const { items } = (body ?? {}) as { readonly items?: unknown };
  return Array.isArray(items) ? items.length : 1;
}
