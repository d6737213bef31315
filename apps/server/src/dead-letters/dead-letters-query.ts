import { ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsIn, IsInt, IsOptional, IsString, Length, Matches, Max, Min } from 'class-validator';

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

  @ApiPropertyOptional({ minimum: 1, maximum: 1000, default: 50, type: 'integer' })
  @IsOptional()
  @Transform(({ value }: { value: unknown }) => (/^\d{1,6}$/.test(String(value)) ? Number(value) : value))
  @IsInt({ message: 'must be a whole number' })
  @Min(1)
  @Max(1000)
  readonly limit?: number;

  @ApiPropertyOptional({ description: 'the `next` of the page before', pattern: '^\\d{1,15}$' })
  @IsOptional()
  @Matches(/^\d{1,15}$/, { message: 'must be the `next` of the page before' })
  readonly cursor?: string;

  @ApiPropertyOptional({
    enum: ['true', 'false'],
    description: 'true: those that name no tenant there is; for the operator alone',
  })
  @IsOptional()
  @IsIn(['true', 'false'], { message: 'must be true or false' })
  readonly nobodys?: 'true' | 'false';
}
