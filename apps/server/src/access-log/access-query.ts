import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, IsString, Length } from 'class-validator';
import { ACCESS_ACTIONS, type AccessAction } from '#journey';
import { CursorText, Limit } from '../cursors/cursor-query.js';
import { IsTime } from '../query/moment-query.js';
import { OneWord } from '../query/parameters.js';

/** Which accesses are asked for. */
export class AccessQuery {
  @ApiPropertyOptional({
    description: 'only accesses to the data of this customer, under whichever identity of the person',
    minLength: 1,
    maxLength: 128,
  })
  @IsOptional()
  @IsString({ message: 'must be given once' })
  @Length(1, 128)
  readonly customer?: string;

  @ApiPropertyOptional({
    description: 'only those by this caller: the id of a key, `operator`, or `jwt-` and a hash',
    minLength: 1,
    maxLength: 128,
  })
  @IsOptional()
  @IsString({ message: 'must be given once' })
  @Length(1, 128)
  readonly actor?: string;

  @OneWord(ACCESS_ACTIONS, 'only this kind')
  readonly action?: AccessAction;

  @ApiPropertyOptional({ description: 'only those from then on', format: 'date-time' })
  @IsOptional()
  @IsTime()
  readonly from?: string;

  @ApiPropertyOptional({ description: 'only those up to then, inclusive', format: 'date-time' })
  @IsOptional()
  @IsTime()
  readonly to?: string;

  @Limit()
  readonly limit?: number;

  @CursorText()
  readonly cursor?: string;
}
