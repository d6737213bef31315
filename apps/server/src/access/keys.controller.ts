import { Controller, Delete, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiBody, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Caller, OperatorOnly, Roles } from '#platform';
import type { Principal } from '#platform';
import { checkedBody, JsonBody } from '../bodies/json-body.js';
import { Answers } from '../describe-answers.js';
import { NoQuery } from '../query/no-query.js';
import { KeysQuery, MintKey } from './key-requests.js';
import { ListKeys } from './list-keys.js';
import { MintTenantKey } from './mint-key.js';
import { RevokeTenantKey } from './revoke-key.js';
import { RotateMasterKey } from './rotate-master-key.js';

@ApiTags('Keys')
@Controller('v1/keys')
export class KeysController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Post()
  @Roles('admin')
  @ApiOperation({ summary: 'Make a key of the tenant' })
  @ApiBody({ type: MintKey })
  @Answers('minted-key', { status: 201 })
  mint(@Caller() { tenant }: Principal, @JsonBody() body: Record<string, unknown>, @Query() _query: NoQuery) {
    return this.commands.execute(
      new MintTenantKey(tenant, checkedBody(MintKey, body, 'invalid-key-request')),
    );
  }

  @Post('rotate-master')
  @HttpCode(200)
  @OperatorOnly()
  @ApiOperation({
    summary: 'Put a new master key in place of the one in its file, while running; for the operator',
  })
  @Answers('rotated-master-key')
  rotateMaster(@Query() _query: NoQuery) {
    return this.commands.execute(new RotateMasterKey());
  }

  @Get()
  @Roles('admin')
  @ApiOperation({ summary: 'The tenant’s keys, revoked ones included; never their secrets' })
  @Answers('keys')
  list(@Caller() { tenant }: Principal, @Query() about: KeysQuery) {
    return this.queries.execute(new ListKeys(tenant, about));
  }

  @Delete(':id')
  @Roles('admin')
  @ApiOperation({ summary: 'Revoke a key: it is refused from the next request on' })
  @Answers('key')
  revoke(@Caller() { tenant }: Principal, @Param('id') id: string, @Query() _query: NoQuery) {
    return this.commands.execute(new RevokeTenantKey(tenant, id));
  }
}
