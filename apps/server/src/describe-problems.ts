import { applyDecorators } from '@nestjs/common';
import { ApiHeader, ApiResponse } from '@nestjs/swagger';
import { LIMITS } from '#event-sourcing';
import { PROBLEM_TYPE, PROBLEMS } from '#platform';
import type { ProblemCode } from '#platform';

/** A problem (RFC 9457) as every error is answered. */
export const PROBLEM_SCHEMA = {
  type: 'object',
  description: 'RFC 9457; every error of every route is one.',
  required: ['type', 'title', 'status', 'detail'],
  properties: {
    type: {
      type: 'string',
      description: 'What kind of problem it is. It is stable: decide by it, not by the sentence.',
      enum: Object.keys(PROBLEMS).map((code) => `${PROBLEM_TYPE}${code}`),
    },
    title: { type: 'string', description: 'The kind of problem in a few words.' },
    status: { type: 'integer', description: 'The HTTP status.' },
    detail: { type: 'string', description: 'What is wrong here, and what to do about it.' },
    requestId: { type: 'string', description: 'The id of the request, as in the header x-request-id.' },
    errors: {
      type: 'array',
      maxItems: LIMITS.jsonFaults,
      description: 'Every place that is wrong, so that one round mends all.',
      items: {
        type: 'object',
        required: ['pointer', 'detail'],
        properties: {
          pointer: { type: 'string', description: 'RFC 6901: where in the event, body or query.' },
          detail: { type: 'string', description: 'What is wrong there, and the fix.' },
        },
      },
    },
  },
} as const;

const RETRY_AFTER = {
  'Retry-After': { description: 'Seconds after which to send again.', schema: { type: 'integer' as const } },
};

/** Says in OpenAPI which problems a route answers with, by status, as they stand in the table of problems. */
export function AnswersProblems(codes: readonly ProblemCode[]): MethodDecorator {
  const byStatus = new Map<number, string[]>();
  for (const code of codes) {
    const [status] = PROBLEMS[code]!;
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  return applyDecorators(
    ...[...byStatus].map(([status, ofStatus]) =>
      ApiResponse({
        status,
        description: ofStatus.map((code) => `\`${code}\`: ${PROBLEMS[code]![1]}`).join('. '),
        content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
        ...((status === 429 || status === 503) && { headers: RETRY_AFTER }),
      }),
    ),
  );
}

/** Says in OpenAPI that the route takes an Idempotency-Key. */
export function TakesIdempotencyKey(): MethodDecorator {
  return ApiHeader({
    name: 'Idempotency-Key',
    required: false,
    description:
      'The same request under the same key within a day gets the same answer again (header Idempotency-Replayed: true), ' +
      'where that answer was final. Another request under the key is refused. Events are idempotent without it, by source and id.',
    schema: { type: 'string', minLength: 1, maxLength: LIMITS.idempotencyKey },
  });
}
