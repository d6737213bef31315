import { applyDecorators } from '@nestjs/common';
import { ApiNotFoundResponse, ApiOkResponse } from '@nestjs/swagger';
import { BEHIND_HEADER, BEHIND_SECONDS } from './behind-header.js';

/** What a read answers, in OpenAPI: the schema of that name, and the problems that every read has. */
export function AnswersView(schema: string): MethodDecorator {
  return applyDecorators(
    ApiOkResponse({
      schema: { $ref: `#/components/schemas/${schema}` },
      headers: {
        etag: { schema: { type: 'string' } },
        [BEHIND_HEADER]: {
          description: 'present where the views are behind the log: by how many seconds',
          schema: { type: 'integer', minimum: BEHIND_SECONDS },
        },
      },
    }),
    ApiNotFoundResponse({ description: 'not-found: no such customer, or another tenant’s' }),
  );
}
