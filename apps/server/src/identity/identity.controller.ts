import { Controller, Get, HttpCode, Param, Post, Query, Req } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiBody, ApiNotFoundResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Answer } from '#api';
import type { FastifyRequest } from 'fastify';
import { Caller, Logged, Roles } from '#platform';
import type { Principal } from '#platform';
import { checkedBody, JsonBody } from '../bodies/json-body.js';
import { Answers } from '../describe-answers.js';
import { AnswersProblems } from '../describe-problems.js';
import { NoQuery } from '../query/no-query.js';
import { ServedBy } from '../roles/served-by.js';
import { IdentityQuery } from './identity-query.js';
import { LinkCustomers } from './link-customers.js';
import { LinkRequest } from './link-request.js';
import { ShowIdentity } from './show-identity.js';

@ApiTags('Identity')
@ServedBy('query', 'audit')
@Controller('v1/customers/:id')
export class IdentityController {
  constructor(
    private readonly commands: CommandBus,
    private readonly showIdentity: ShowIdentity,
  ) {}

  @Get('identity')
  @Logged('read')
  @Roles('reader', 'auditor')
  @ApiOperation({ summary: 'All identities of this person, and who merged or unmerged what, when and why' })
  @Answers(['identity', 'erased-customer'])
  @ApiNotFoundResponse({ description: 'not-found: no such customer' })
  identity(
    @Caller() { tenant }: Principal,
    @Param('id') customer: string,
    @Query() { after, at }: IdentityQuery,
  ): Promise<Answer<'identity'>> {
    return this.showIdentity.execute({ tenant, customer, at }, after);
  }

  @Post('merge')
  @Logged('change')
  @HttpCode(200)
  @Roles('publisher', 'admin')
  @ApiOperation({
    summary: 'Two customers are one person: the views of the one in the URL cover both from now on',
  })
  @ApiBody({ type: LinkRequest })
  @Answers('linked')
  @AnswersProblems([
    'not-found',
    'already-merged',
    'customer-erased',
    'merge-with-itself',
    'invalid-link-request',
    'invalid-event',
    'id-reused',
  ])
  merge(
    @Caller() publisher: Principal,
    @Param('id') survivor: string,
    @Req() request: FastifyRequest,
    @JsonBody() body: Record<string, unknown>,
    @Query() _query: NoQuery,
  ): Promise<Answer<'linked'>> {
    request.accessDetail = mergedIn(body);
    return this.link('merge', publisher, survivor, body);
  }

  @Post('unmerge')
  @Logged('change')
  @HttpCode(200)
  @Roles('publisher', 'admin')
  @ApiOperation({ summary: 'The merge was a mistake: both have views of their own again' })
  @ApiBody({ type: LinkRequest })
  @Answers('linked')
  @AnswersProblems([
    'not-found',
    'not-merged',
    'customer-erased',
    'invalid-link-request',
    'invalid-event',
    'id-reused',
  ])
  unmerge(
    @Caller() publisher: Principal,
    @Param('id') survivor: string,
    @Req() request: FastifyRequest,
    @JsonBody() body: Record<string, unknown>,
    @Query() _query: NoQuery,
  ): Promise<Answer<'linked'>> {
    request.accessDetail = mergedIn(body);
    return this.link('unmerge', publisher, survivor, body);
  }

  private link(
    way: LinkCustomers['way'],
    publisher: Principal,
    survivor: string,
    body: Record<string, unknown>,
  ): Promise<Answer<'linked'>> {
    const request = checkedBody(LinkRequest, body, 'invalid-link-request');
    return this.commands.execute(new LinkCustomers(way, publisher, survivor, request));
  }
}

/** What the access log says of the link, once it is recorded. */
function mergedIn({ mergedId }: Record<string, unknown>): string {
  return typeof mergedId === 'string' ? mergedId : '';
}
