import { Module } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { AccessLogModule } from '../access-log/access-log.module.js';
import { DeadLettersController } from './dead-letters.controller.js';
import { DeleteDeadLetterHandler } from './delete-dead-letter.js';
import { ListDeadLetters } from './list-dead-letters.js';
import { ReadDeadLetter } from './read-dead-letter.js';
import { RetryDeadLetterHandler } from './retry-dead-letter.js';
import { RetryDeadLettersHandler } from './retry-dead-letters.js';

/** Dead letters: list, read, retry, delete. */
@Module({
  imports: [CqrsModule, AccessLogModule],
  controllers: [DeadLettersController],
  providers: [
    ListDeadLetters,
    ReadDeadLetter,
    RetryDeadLetterHandler,
    RetryDeadLettersHandler,
    DeleteDeadLetterHandler,
  ],
})
export class DeadLettersModule {}
