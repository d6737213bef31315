import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import { Injectable } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { map } from 'rxjs';
import type { Observable } from 'rxjs';

/** An answer that is JSON text already, with its ETag if it is a read. */
export class JsonText {
  constructor(
    readonly text: string,
    readonly etag?: string,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {}
}

/** Sends JsonText as it is. */
@Injectable()
export class JsonTextInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    return next.handle().pipe(
      map((answer: unknown) => {
        if (!(answer instanceof JsonText)) return answer;
        const reply = context.switchToHttp().getResponse<FastifyReply>();
        void reply.header('content-type', 'application/json; charset=utf-8');
        void reply.headers(answer.headers);
        if (answer.etag !== undefined) void reply.header('etag', answer.etag);
        return answer.text;
      }),
    );
  }
}
