import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyReply } from 'fastify';

/** An answer that is JSON text already, with its ETag if it is a read. */
export class JsonText {
  constructor(
    readonly text: string,
    readonly etag?: string,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {}
}

/** Sends JsonText as it is; everything else as Nest does. */
export class JsonTextAdapter extends FastifyAdapter {
  override reply(response: FastifyReply, body: unknown, statusCode?: number): FastifyReply {
    if (!(body instanceof JsonText)) return super.reply(response, body, statusCode) as FastifyReply;
    void response.header('content-type', 'application/json; charset=utf-8').headers(body.headers);
    if (body.etag !== undefined) void response.header('etag', body.etag);
    return super.reply(response, body.text, statusCode) as FastifyReply;
  }
}
