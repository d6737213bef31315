import { applyDecorators } from '@nestjs/common';
import { ApiHeader, ApiResponse } from '@nestjs/swagger';
import { LIMITS } from '#event-sourcing';
import { PROBLEM_TYPE, type ProblemCode, PROBLEMS } from '#api';

const RETRY_AFTER = {
  'Retry-After': { description: 'Seconds after which to send again.', schema: { type: 'integer' as const } },
};

/** The body of a problem, with an example. */
export function problemContent(code: ProblemCode) {
  const [status, title] = PROBLEMS[code]!;
  const example = { type: `${PROBLEM_TYPE}${code}`, title, status, detail: 'what is wrong, and the fix' };
  return { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' }, example } };
}

/** Says in OpenAPI which problems a route answers with, by status, as they stand in the table of problems. */
export function AnswersProblems(codes: readonly ProblemCode[]): MethodDecorator {
  const byStatus = new Map<number, ProblemCode[]>();
  for (const code of codes) {
    const [status] = PROBLEMS[code]!;
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  return applyDecorators(
    ...[...byStatus].map(([status, ofStatus]) =>
      ApiResponse({
        status,
        description: ofStatus.map((code) => `\`${code}\`: ${PROBLEMS[code]![1]}`).join('. '),
        content: problemContent(ofStatus[0]!),
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
