import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { NotFound } from '#event-sourcing';
import { allTouchpoints, jsonSchemaOf, touchpointOf } from '#journey';
import type { JsonSchema, TouchpointSchema } from '#journey';
import { Everyone } from '#platform';
import { AnswersProblems } from '../describe-problems.js';
import { NoQuery } from '../query/no-query.js';

/** A type of event in the list of types. */
interface SchemaItem {
  readonly type: string;
  readonly version: number;
  /** Who publishes it: `touchpoint`, `identity` and `correction` go to `POST /v1/events`, `policy` to `POST /v1/policies`. */
  readonly kind: TouchpointSchema['kind'];
  readonly description: string;
  readonly schema: string;
}

@ApiTags('Events')
@Controller('v1/schemas')
export class SchemasController {
  @Get()
  @Everyone()
  @ApiOperation({ summary: 'The types of events, with what each means' })
  @ApiOkResponse({ description: 'all types', schema: { $ref: '#/components/schemas/TouchpointTypes' } })
  list(@Query() _query: NoQuery): { items: readonly SchemaItem[]; next: null } {
    const items = allTouchpoints().map(({ type, version, kind, means }) => ({
      ...{ type, version, kind, description: means },
      schema: `/v1/schemas/${type}`,
    }));
    return { items, next: null };
  }

  @Get(':type')
  @Everyone()
  @ApiOperation({ summary: 'The JSON Schema of the data of a type of event' })
  @ApiParam({ name: 'type', example: 'cx.IssueRaised.v1' })
  @ApiOkResponse({ description: 'JSON Schema 2020-12', schema: { type: 'object' } })
  @AnswersProblems(['not-found'])
  schema(@Param('type') type: string, @Query() _query: NoQuery): JsonSchema {
    const schema = touchpointOf(type);
    if (schema === undefined) throw new NotFound('there is no such type: GET /v1/schemas lists them');
    return {
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      $id: `urn:cx-ledger:schema:${type}`,
      ...jsonSchemaOf(schema),
    };
  }
}
