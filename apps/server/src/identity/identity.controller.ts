import { applyDecorators, Controller, Get, HttpCode, Param, Post, Query, Req } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiBody, ApiNotFoundResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Answer, ProblemCode } from '#api';
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

const LINK_PROBLEMS: readonly ProblemCode[] = [
  'not-found',
  'customer-erased',
  'invalid-link-request',
  'invalid-event',
  'id-reused',
];

/** A route that joins two customers, or parts them. */
function LinkRoute(way: string, summary: string, problems: readonly ProblemCode[]): MethodDecorator {
  return applyDecorators(
    Post(way),
    Logged('change'),
    HttpCode(200),
    Roles('publisher', 'admin'),
    ApiOperation({ summary }),
    ApiBody({ type: LinkRequest }),
    Answers('linked'),
    AnswersProblems([...LINK_PROBLEMS, ...problems]),
  );
}

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

  @LinkRoute(
    'merge',
    'Two customers are one person: the views of the one in the URL cover both from now on',
    ['already-merged', 'merge-with-itself'],
  )
  merge(
    @Caller() publisher: Principal,
    @Param('id') survivor: string,
    @Req() request: FastifyRequest,
    @JsonBody() body: Record<string, unknown>,
    @Query() _query: NoQuery,
  ): Promise<Answer<'linked'>> {
    return this.link('merge', publisher, survivor, request, body);
  }

  @LinkRoute('unmerge', 'The merge was a mistake: both have views of their own again', ['not-merged'])
  unmerge(
    @Caller() publisher: Principal,
    @Param('id') survivor: string,
    @Req() request: FastifyRequest,
    @JsonBody() body: Record<string, unknown>,
    @Query() _query: NoQuery,
  ): Promise<Answer<'linked'>> {
    return this.link('unmerge', publisher, survivor, request, body);
  }

  private link(
    way: LinkCustomers['way'],
    publisher: Principal,
    survivor: string,
    request: FastifyRequest,
    body: Record<string, unknown>,
  ): Promise<Answer<'linked'>> {
    const { mergedId } = body;
    // What the access log says of it, also where it is refused.
    request.accessDetail = typeof mergedId === 'string' ? mergedId : '';
    const link = checkedBody(LinkRequest, body, 'invalid-link-request');
    return this.commands.execute(new LinkCustomers(way, publisher, survivor, link));
  }
}
