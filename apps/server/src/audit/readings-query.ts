import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, IsString, Length } from 'class-validator';
import { CursorText, Limit } from '../cursors/cursor-query.js';

/** Which readings of personal data are asked for. */
export class ReadingsQuery {
  @ApiPropertyOptional({ description: 'only readings of this customer’s data', minLength: 1, maxLength: 128 })
  @IsOptional()
  @IsString({ message: 'must be given once' })
  @Length(1, 128)
  readonly customer?: string;

  @Limit()
  readonly limit?: number;

  @CursorText()
  readonly cursor?: string;
}
