import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { type Answer, ROLES } from '#api';
import { Caller, NotLogged, Roles } from '#platform';
import type { Principal } from '#platform';
import { Answers } from '../describe-answers.js';
import { NoQuery } from '../query/no-query.js';

/** Tells a dashboard for whom it shows what. */
@ApiTags('Keys')
@Controller('v1/me')
export class MeController {
  @Get()
  @NotLogged('tells the caller who the caller is')
  @Roles(...ROLES)
  @ApiOperation({ summary: 'The caller’s tenant, key and roles' })
  @Answers('me')
  me(@Caller() { tenant, subject, label, roles }: Principal, @Query() _query: NoQuery): Answer<'me'> {
    const key = label === undefined ? null : { id: subject, label };
    return { tenant, subject, key, roles: ROLES.filter((role) => roles.has(role)) };
  }
}
