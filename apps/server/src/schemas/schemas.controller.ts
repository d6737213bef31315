import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { NotFound } from '#event-sourcing';
import { allTouchpoints, jsonSchemaOf, touchpointOf } from '#journey';
import type { JsonSchema } from '#journey';
import type { Answer } from '#api';
import { Everyone, NotLogged } from '#platform';
import { Answers } from '../describe-answers.js';
import { AnswersProblems } from '../describe-problems.js';
import { NoQuery } from '../query/no-query.js';

@ApiTags('Events')
@Controller('v1/schemas')
export class SchemasController {
  @Get()
  @NotLogged('describes types of events')
  @Everyone()
  @ApiOperation({ summary: 'The types of events, with what each means' })
  @Answers('TouchpointTypes')
  list(@Query() _query: NoQuery): Answer<'TouchpointTypes'> {
    const items = allTouchpoints().map(({ type, version, kind, means }) => ({
      ...{ type, version, kind, description: means },
      schema: `/v1/schemas/${type}`,
    }));
    return { items, next: null };
  }

  @Get(':type')
  @NotLogged('describes a type of events')
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
