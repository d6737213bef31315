import { Controller, Delete, Get, HttpCode, Param, Post, Query, Req } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { Caller, Logged, Roles } from '#platform';
import type { Principal } from '#platform';
import { Answers } from '../describe-answers.js';
import { NoQuery } from '../query/no-query.js';
import { DeadLettersFilter, DeadLettersQuery } from './dead-letters-query.js';
import { DeleteDeadLetter } from './delete-dead-letter.js';
import { ListDeadLetters } from './list-dead-letters.js';
import { ReadDeadLetter } from './read-dead-letter.js';
import { RetryDeadLetter } from './retry-dead-letter.js';
import { RetryDeadLetters } from './retry-dead-letters.js';
import { ServedBy } from '../roles/served-by.js';

@ApiTags('Dead letters')
@ServedBy('ingest')
@Controller('v1/dead-letters')
export class DeadLettersController {
  constructor(
    private readonly commands: CommandBus,
    private readonly listDeadLetters: ListDeadLetters,
    private readonly readDeadLetter: ReadDeadLetter,
  ) {}

  @Get()
  @Logged('list')
  @Roles('auditor')
  @ApiOperation({
    summary:
      'Input that could not be recorded, oldest first: the reason and the last retry, without the content',
  })
  @Answers('dead-letters')
  list(@Caller() caller: Principal, @Query() about: DeadLettersQuery) {
    return this.listDeadLetters.execute(caller, about);
  }

  @Get(':id')
  @Logged('open')
  @Roles('auditor')
  @ApiOperation({ summary: 'One dead letter with its content; every reading is logged for auditors' })
  @Answers('dead-letter')
  read(
    @Caller() reader: Principal,
    @Req() request: FastifyRequest,
    @Param('id') id: string,
    @Query() _query: NoQuery,
  ) {
    return this.readDeadLetter.execute(reader, request, id);
  }

  @Post('retry')
  @Logged('change')
  @HttpCode(200)
  @Roles('admin')
  @ApiOperation({ summary: 'Retry all waiting letters, or those of one reason' })
  @Answers('retried-letters')
  retryAll(@Caller() { tenant, subject: id }: Principal, @Query() { code }: DeadLettersFilter) {
    return this.commands.execute(new RetryDeadLetters({ tenant, id }, code));
  }

  @Post(':id/retry')
  @Logged('change')
  @HttpCode(200)
  @Roles('admin')
  @ApiOperation({ summary: 'Retry one letter' })
  @Answers('retried-letter')
  retry(@Caller() caller: Principal, @Param('id') id: string, @Query() _query: NoQuery) {
    return this.commands.execute(new RetryDeadLetter(caller, id));
  }

  @Delete(':id')
  @Logged('change')
  @HttpCode(204)
  @Roles('admin')
  @ApiOperation({ summary: 'Delete a letter permanently' })
  delete(@Caller() caller: Principal, @Param('id') id: string, @Query() _query: NoQuery) {
    return this.commands.execute(new DeleteDeadLetter(caller, id));
  }
}
