import { ApiOkResponse } from '@nestjs/swagger';
import type { AUDIT_SCHEMAS } from './audit-schemas.js';

/** What an audit route answers, in OpenAPI: the schema of that name. */
export function AnswersAudit(schema: keyof typeof AUDIT_SCHEMAS): MethodDecorator {
  return ApiOkResponse({ schema: { $ref: `#/components/schemas/${schema}` } });
}
