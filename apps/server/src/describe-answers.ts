import { ApiResponse } from '@nestjs/swagger';
import type { ApiResponseOptions } from '@nestjs/swagger';
import type { AnswerName } from '#api';

/** What a route answers, in OpenAPI: the schema of that name in `ANSWERS`, or one of several. */
export function Answers(
  names: AnswerName | readonly AnswerName[],
  { status = 200, ...more }: ApiResponseOptions = {},
): MethodDecorator {
  const [first, ...others] = [names].flat().map((name) => ({ $ref: `#/components/schemas/${name}` }));
  const schema = others.length === 0 ? first! : { oneOf: [first!, ...others] };
  return ApiResponse({ status, description: '', ...more, schema } as ApiResponseOptions);
}
