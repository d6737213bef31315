import { Controller, Get, HttpCode, Param, Post, Query, Req } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiBody, ApiNotFoundResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Answer } from '#api';
import { Caller, Logged, Roles } from '#platform';
import type { Principal } from '#platform';
import { checkedBody, JsonBody } from '../bodies/json-body.js';
import { CursorQuery } from '../cursors/cursor-query.js';
import { Answers } from '../describe-answers.js';
import { AnswersProblems } from '../describe-problems.js';
import { NoQuery } from '../query/no-query.js';
import { ServedBy } from '../roles/served-by.js';
import { EraseCustomer } from './erase-customer.js';
import { ErasureRequest } from './erasure-request.js';
import { ListErasures } from './list-erasures.js';
import { ShowCertificate } from './show-certificate.js';

@ApiTags('Erasure')
@ServedBy('query', 'audit')
@Controller('v1/customers/:id/erasure')
export class ErasureController {
  constructor(private readonly commands: CommandBus) {}

  @Post()
  @Logged('change')
  @HttpCode(200)
  @Roles('admin')
  @ApiOperation({
    summary: 'Erase a customer for ever: the keys of all identities of the person are destroyed',
    description:
      'Answers when it is done. An erasure that is interrupted goes on by itself, also after a restart; asked again, ' +
      'the answer is the record of the first. It cannot be undone.',
  })
  @ApiBody({ type: ErasureRequest })
  @Answers('erasure')
  @AnswersProblems(['not-found', 'invalid-erasure-request', 'position-not-reached'])
  erase(
    @Caller() caller: Principal,
    @Req() { id: requestId }: { readonly id: string },
    @Param('id') customer: string,
    @JsonBody() body: Record<string, unknown>,
    @Query() _query: NoQuery,
  ): Promise<Answer<'erasure'>> {
    const { reason } = checkedBody(ErasureRequest, body, 'invalid-erasure-request');
    return this.commands.execute(new EraseCustomer(caller, requestId, { customer, reason }));
  }
}

@ApiTags('Erasure')
@ServedBy('audit')
@Controller('v1/audit/erasures')
export class ErasuresController {
  constructor(
    private readonly listErasures: ListErasures,
    private readonly showCertificate: ShowCertificate,
  ) {}

  @Get()
  @Logged('list')
  @Roles('auditor')
  @ApiOperation({ summary: 'The tenant’s erasures, the newest first' })
  @Answers('erasures')
  list(@Caller() { tenant }: Principal, @Query() about: CursorQuery): Promise<Answer<'erasures'>> {
    return this.listErasures.execute(tenant, about);
  }

  @Get(':id')
  @Logged('list')
  @Roles('auditor')
  @ApiOperation({
    summary: 'The certificate of an erasure: what was destroyed, when, by whom, why, and the proofs of it',
  })
  @Answers('erasure-certificate')
  @ApiNotFoundResponse({ description: 'not-found: no such erasure, or another tenant’s' })
  show(
    @Caller() { tenant }: Principal,
    @Param('id') id: string,
    @Query() _query: NoQuery,
  ): Promise<Answer<'erasure-certificate'>> {
    return this.showCertificate.execute(tenant, id);
  }
}
