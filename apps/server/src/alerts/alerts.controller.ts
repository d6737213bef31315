import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Caller, Logged, Roles } from '#platform';
import type { Principal } from '#platform';
import { Answers } from '../describe-answers.js';
import { ServedBy } from '../roles/served-by.js';
import { AlertsQuery } from './alerts-query.js';
import { ListAlerts } from './list-alerts.js';

@ApiTags('Lists')
@ServedBy('query')
@Controller('v1/alerts')
export class AlertsController {
  constructor(private readonly listAlerts: ListAlerts) {}

  @Get()
  @Logged('list')
  @Roles('reader', 'auditor')
  @ApiOperation({
    summary: 'Alerts, the last raised first. Their rules are published with POST /v1/policies/alerts',
  })
  @Answers('alerts')
  list(@Caller() { tenant }: Principal, @Query() about: AlertsQuery) {
    return this.listAlerts.execute(tenant, about);
  }
}
