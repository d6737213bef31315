import { applyDecorators } from '@nestjs/common';
import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, IsString, MaxLength } from 'class-validator';
import { WholeNumber } from '../query/parameters.js';

/** The parameter `limit`: how many items a page has at most. */
export const Limit = (): PropertyDecorator => WholeNumber('how many items at most', 1, 1000, 50);

/** The parameter `cursor`; `Cursors` checks whether it belongs to the list. */
export function CursorText(): PropertyDecorator {
  return applyDecorators(
    ApiPropertyOptional({
      description: 'the `next` of the page before, with the same path and filters; `limit` may differ',
      minLength: 1,
      maxLength: 4_000,
    }),
    IsOptional(),
    IsString({ message: 'must be given once' }),
    MaxLength(4_000),
  );
}

/** A part of a list that has no other parameters. */
export class CursorQuery {
  @Limit()
  readonly limit?: number;

  @CursorText()
  readonly cursor?: string;
}
