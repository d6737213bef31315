import { Controller, Delete, Get, HttpCode, Param, Post, Query, Req } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiBody, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { Caller, Logged, NotLogged, OperatorOnly, Roles } from '#platform';
import type { Principal } from '#platform';
import { checkedBody, JsonBody } from '../bodies/json-body.js';
import { CursorQuery } from '../cursors/cursor-query.js';
import { Answers } from '../describe-answers.js';
import { NoQuery } from '../query/no-query.js';
import { MintKey } from './key-requests.js';
import { ListKeys } from './list-keys.js';
import { MintTenantKey } from './mint-key.js';
import { RevokeTenantKey } from './revoke-key.js';
import { RotateMasterKey } from './rotate-master-key.js';

@ApiTags('Keys')
@Controller('v1/keys')
export class KeysController {
  constructor(
    private readonly commands: CommandBus,
    private readonly listKeys: ListKeys,
  ) {}

  @Post()
  @Logged('change')
  @Roles('admin')
  @ApiOperation({ summary: 'Make a key of the tenant' })
  @ApiBody({ type: MintKey })
  @Answers('minted-key', { status: 201 })
  async mint(
    @Caller() { tenant }: Principal,
    @Req() request: FastifyRequest,
    @JsonBody() body: Record<string, unknown>,
    @Query() _query: NoQuery,
  ) {
    const wanted = checkedBody(MintKey, body, 'invalid-key-request');
    const made = await this.commands.execute(new MintTenantKey(tenant, wanted));
    request.accessDetail = `${made.id} roles=${made.roles.join(',')} accessLog=${made.accessLog}`;
    return made;
  }

  @Post('rotate-master')
  @Logged('change')
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
  @NotLogged('keys without their secrets')
  @Roles('admin')
  @ApiOperation({ summary: 'The tenant’s keys, revoked ones included; never their secrets' })
  @Answers('keys')
  list(@Caller() { tenant }: Principal, @Query() about: CursorQuery) {
    return this.listKeys.execute(tenant, about);
  }

  @Delete(':id')
  @Logged('change')
  @Roles('admin')
  @ApiOperation({ summary: 'Revoke a key: it is refused from the next request on' })
  @Answers('key')
  revoke(@Caller() { tenant }: Principal, @Param('id') id: string, @Query() _query: NoQuery) {
    return this.commands.execute(new RevokeTenantKey(tenant, id));
  }
}
