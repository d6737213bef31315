import { ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsBoolean, IsOptional } from 'class-validator';
import { MomentQuery } from '../query/moment-query.js';

/** What is exported of a customer. */
export class ExportQuery extends MomentQuery {
  @ApiPropertyOptional({
    enum: ['true', 'false'],
    description: 'true: with personal data in readable form; each such reading is written down',
  })
  @IsOptional()
  @Transform(({ value }: { value: unknown }) => (value === 'true' ? true : value === 'false' ? false : value))
  @IsBoolean({ message: 'must be true or false' })
  readonly open?: boolean;
}
