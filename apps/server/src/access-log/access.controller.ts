import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Answer } from '#api';
import { Caller, Logged, Roles } from '#platform';
import type { Principal } from '#platform';
import { Answers } from '../describe-answers.js';
import { ServedBy } from '../roles/served-by.js';
import { AccessQuery } from './access-query.js';
import { ListAccess } from './list-access.js';

@ApiTags('Audit')
@ServedBy('audit')
@Controller('v1/audit/access')
export class AccessController {
  constructor(private readonly listAccess: ListAccess) {}

  @Get()
  @Logged('list')
  @Roles('auditor')
  @ApiOperation({
    summary: 'Who read, exported or changed what, when, why and by which request; the newest first',
    description:
      'Accesses are recorded as events, within about a second after the answer; readings of opened personal data and ' +
      'exports before it. A page may have fewer items than `limit`, also none: follow `next` until it is null.',
  })
  @Answers('access')
  list(@Caller() { tenant }: Principal, @Query() about: AccessQuery): Promise<Answer<'access'>> {
    return this.listAccess.execute(tenant, about);
  }
}
