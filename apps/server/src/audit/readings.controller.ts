import { Controller, Get, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Caller, Roles } from '#platform';
import type { Principal } from '#platform';
import { Answers } from '../describe-answers.js';
import { ListReadings } from './list-readings.js';
import { ReadingsQuery } from './readings-query.js';
import { ServedBy } from '../roles/served-by.js';

@ApiTags('Audit')
@ServedBy('audit')
@Controller('v1/audit/readings')
export class ReadingsController {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  @Roles('auditor')
  @ApiOperation({
    summary: 'Who opened which personal data of whom, when and by which request; the newest first',
  })
  @Answers('readings')
  list(@Caller() { tenant }: Principal, @Query() about: ReadingsQuery) {
    return this.queries.execute(new ListReadings(tenant, about));
  }
}
