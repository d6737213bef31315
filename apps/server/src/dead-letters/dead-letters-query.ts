import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional, IsString, Length } from 'class-validator';
import { CursorText, Limit } from '../cursors/cursor-query.js';

/** Which dead letters are meant. */
export class DeadLettersFilter {
  @ApiPropertyOptional({
    description: 'only those refused for this reason',
    example: 'unknown-type',
    minLength: 1,
    maxLength: 100,
  })
  @IsOptional()
  @IsString({ message: 'must be given once' })
  @Length(1, 100)
  readonly code?: string;
}

/** A part of the list of dead letters. */
export class DeadLettersQuery extends DeadLettersFilter {
  @ApiPropertyOptional({ enum: ['waiting', 'recorded'], description: 'recorded: a retry worked' })
  @IsOptional()
  @IsIn(['waiting', 'recorded'], { message: 'must be waiting or recorded' })
  readonly state?: 'waiting' | 'recorded';

  @Limit()
  readonly limit?: number;

  @CursorText()
  readonly cursor?: string;

  @ApiPropertyOptional({
    enum: ['true', 'false'],
    description: 'true: those that name no tenant there is; for the operator alone',
  })
  @IsOptional()
  @IsIn(['true', 'false'], { message: 'must be true or false' })
  readonly nobodys?: 'true' | 'false';
}
