import { Transform } from 'class-transformer';
import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean, IsOptional } from 'class-validator';

/** The query parameters of a rebuild. */
export class RebuildQuery {
  @ApiPropertyOptional({
    enum: ['true', 'false'],
    description:
      'true: nothing is done, the answer says how many customers and events there are, and how long it takes',
  })
  @IsOptional()
  @Transform(({ value }: { value: unknown }) => (value === 'true' ? true : value === 'false' ? false : value))
  @IsBoolean({ message: 'must be true or false' })
  readonly dryRun?: boolean;
}
