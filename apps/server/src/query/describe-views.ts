import { applyDecorators, Get } from '@nestjs/common';
import { ApiNotFoundResponse, ApiOperation } from '@nestjs/swagger';
import type { ApiOperationOptions } from '@nestjs/swagger';
import type { AnswerName } from '#api';
import { Logged, Roles } from '#platform';
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

/** A question to the views: its path, as what it is recorded in the access log, and what OpenAPI says of it. */
export function ViewRoute(
  path: string,
  action: 'read' | 'list',
  answer: AnswerName,
  operation: ApiOperationOptions,
): MethodDecorator {
  return applyDecorators(
    Get(path),
    Logged(action),
    Roles('reader', 'auditor'),
    ApiOperation(operation),
    AnswersView(answer),
  );
}
