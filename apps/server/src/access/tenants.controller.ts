import { Controller, Get, HttpCode, Post, Query } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiBody, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Logged, NotLogged, OperatorOnly } from '#platform';
import { checkedBody, JsonBody } from '../bodies/json-body.js';
import { CursorQuery } from '../cursors/cursor-query.js';
import { Answers } from '../describe-answers.js';
import { NoQuery } from '../query/no-query.js';
import { ListTenants } from './list-tenants.js';
import { MakeTenant } from './make-tenant.js';
import { CreateTenant } from './tenant-requests.js';

@ApiTags('Tenants')
@Controller('v1/tenants')
export class TenantsController {
  constructor(
    private readonly commands: CommandBus,
    private readonly listTenants: ListTenants,
  ) {}

  @Post()
  @Logged('change')
  @HttpCode(200)
  @OperatorOnly()
  @ApiOperation({ summary: 'Make a tenant (for the operator); asking again changes nothing' })
  @ApiBody({ type: CreateTenant })
  @Answers('created-tenant')
  create(@JsonBody() body: Record<string, unknown>, @Query() _query: NoQuery) {
    const { tenant } = checkedBody(CreateTenant, body, 'invalid-tenant-request');
    return this.commands.execute(new MakeTenant(tenant));
  }

  @Get()
  @NotLogged('names of tenants')
  @OperatorOnly()
  @ApiOperation({ summary: 'The tenants that exist, by name (for the operator)' })
  @Answers('tenants')
  list(@Query() about: CursorQuery) {
    return this.listTenants.execute(about);
  }
}
