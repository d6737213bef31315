import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional, IsString, Length } from 'class-validator';
import { CursorText, Limit } from '../cursors/cursor-query.js';

/** Filters of dead letters. */
export class DeadLettersFilter {
  @ApiPropertyOptional({
    description: 'only letters refused for this reason',
    example: 'unknown-type',
    minLength: 1,
    maxLength: 100,
  })
  @IsOptional()
  @IsString({ message: 'must be given once' })
  @Length(1, 100)
  readonly code?: string;
}

/** A page of the list of dead letters. */
export class DeadLettersQuery extends DeadLettersFilter {
  @ApiPropertyOptional({ enum: ['waiting', 'recorded'], description: '`recorded`: a retry succeeded' })
  @IsOptional()
  @IsIn(['waiting', 'recorded'], { message: 'must be waiting or recorded' })
  readonly state?: 'waiting' | 'recorded';

  @Limit()
  readonly limit?: number;

  @CursorText()
  readonly cursor?: string;

  @ApiPropertyOptional({
    enum: ['true', 'false'],
    description: 'true: letters that name no known tenant; operator only',
  })
  @IsOptional()
  @IsIn(['true', 'false'], { message: 'must be true or false' })
  readonly nobodys?: 'true' | 'false';
}
