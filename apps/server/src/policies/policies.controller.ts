import { Controller, HttpCode, Param, Post, Query, Req, Res } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiBody, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Answer } from '#api';
import { POLICY_KINDS } from '#journey';
import { Caller, IdempotentRequests, Logged, Roles } from '#platform';
import type { JsonText, Principal } from '#platform';
import { JsonBody } from '../bodies/json-body.js';
import { Answers } from '../describe-answers.js';
import { AnswersProblems, TakesIdempotencyKey } from '../describe-problems.js';
import { POLICY_BODIES } from './policy-kinds.js';
import { PolicyQuery } from './policy-query.js';
import { PublishPolicy } from './publish-policy.js';
import { fillingTimeOf } from '../ingest/filling-time.js';
import { resultsOf } from '../ingest/results.js';
import { ServedBy } from '../roles/served-by.js';

@ApiTags('Policies')
@ServedBy('ingest')
@Controller('v1/policies')
export class PoliciesController {
  constructor(
    private readonly commands: CommandBus,
    private readonly idempotent: IdempotentRequests,
  ) {}

  @Post(':kind')
  @Logged('change')
  @HttpCode(200)
  @Roles('admin')
  @ApiOperation({ summary: 'Publish a policy: it holds from its effectiveFrom on' })
  @ApiParam({ name: 'kind', enum: Object.keys(POLICY_KINDS) })
  @ApiBody({ required: true, schema: { oneOf: POLICY_BODIES } })
  @Answers('Result', { description: '`recorded`, or `duplicate` where this version was published before' })
  @TakesIdempotencyKey()
  @AnswersProblems([
    'malformed-json',
    'empty-body',
    'invalid-query',
    'unauthenticated',
    'forbidden',
    'not-found',
    'id-reused',
    'confirmation-needed',
    'request-under-way',
    'body-too-large',
    'unsupported-media-type',
    'unsupported-encoding',
    'invalid-policy',
    'idempotency-key-reused',
    'overloaded',
    'store-unavailable',
  ])
  async publish(
    @Caller() publisher: Principal,
    @Param('kind') kind: string,
    @JsonBody() policy: Record<string, unknown>,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Query() { confirm }: PolicyQuery,
  ): Promise<Answer<'Result'> | JsonText> {
    const recordedAt = fillingTimeOf(request, publisher);
    return this.idempotent.answer(request, reply, async () => {
      const answer = await this.commands.execute(
        new PublishPolicy(publisher, kind, policy, { recordedAt, confirmed: confirm === true }),
      );
      return resultsOf([answer], { batch: false, atomic: false }).results[0]!;
    });
  }
}
