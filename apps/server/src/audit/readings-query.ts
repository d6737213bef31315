import { Transform } from 'class-transformer';
import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsInt, IsOptional, IsString, Length, Matches, Max, Min } from 'class-validator';

/** Which readings of personal data are asked for. */
export class ReadingsQuery {
  @ApiPropertyOptional({ description: 'only readings of this customer’s data', minLength: 1, maxLength: 128 })
  @IsOptional()
  @IsString({ message: 'must be given once' })
  @Length(1, 128)
  readonly customer?: string;

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
}
