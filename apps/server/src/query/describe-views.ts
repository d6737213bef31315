import { applyDecorators } from '@nestjs/common';
import { ApiNotFoundResponse } from '@nestjs/swagger';
import type { AnswerName } from '#api';
import { Answers } from '../describe-answers.js';
import { BEHIND_HEADER, BEHIND_SECONDS } from './behind-header.js';

/** Reads that are about one customer: an erased one is answered otherwise. */
const OF_ONE = /^(customer(-(?!list$).*)?|timeline|explanation|replay|identity)$/;

/** What a read answers, in OpenAPI: the schema of that name, and the problems that every read has. */
export function AnswersView(name: AnswerName): MethodDecorator {
  return applyDecorators(
    Answers(OF_ONE.test(name) ? [name, 'erased-customer'] : name, {
      headers: {
        etag: { schema: { type: 'string' } },
        [BEHIND_HEADER]: {
          description: 'present where what was asked for is behind the log: by how many seconds',
          schema: { type: 'integer', minimum: BEHIND_SECONDS },
        },
      },
    }),
    ApiNotFoundResponse({ description: 'not-found: no such customer, or another tenant’s' }),
  );
}
