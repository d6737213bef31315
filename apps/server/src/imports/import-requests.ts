import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean, IsInt, IsObject, IsOptional, IsString, Length, Matches, Min } from 'class-validator';

/** The beginning of a file: its length and the SHA-256 of these bytes. */
export class ImportedFile {
  @ApiProperty({ type: 'integer', minimum: 0, description: 'length in bytes' })
  @IsInt({ message: 'must be a whole number' })
  @Min(0)
  readonly bytes!: number;

  @ApiProperty({ pattern: '^[0-9a-f]{64}$', description: 'SHA-256 of these bytes, hexadecimal' })
  @Matches(/^[0-9a-f]{64}$/, { message: 'must be 64 hexadecimal digits' })
  readonly sha256!: string;
}

/** What is about to be imported under a data set. */
export class RegisterImport {
  @ApiProperty({ description: 'the CloudEvents source of the events', maxLength: 512 })
  @IsString()
  @Length(1, 512)
  readonly source!: string;

  @ApiPropertyOptional({ type: ImportedFile, description: 'where row numbers identify the rows' })
  @IsOptional()
  @IsObject({ message: 'must be an object with bytes and sha256' })
  readonly file?: Record<string, unknown>;

  @ApiPropertyOptional({ description: 'the file takes the place of all earlier ones', default: false })
  @IsOptional()
  @IsBoolean({ message: 'must be true or false' })
  readonly replaces?: boolean;
}
