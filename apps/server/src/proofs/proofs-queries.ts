import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, Max, Min } from 'class-validator';
import { Digits } from '../query/parameters.js';

const ENTRY = 'must be the number of an entry: a whole number from 0';
const SIZE = 'must be a number of entries: a whole number from 0';

/** A number of an entry, or of entries. */
function Entries(message: string): PropertyDecorator {
  return (target, property) => {
    Digits(message)(target, property);
    Min(0, { message })(target, property);
    Max(Number.MAX_SAFE_INTEGER, { message })(target, property);
  };
}

/** Of which entry, and in which tree. */
export class InclusionQuery {
  @ApiProperty({ type: 'integer', minimum: 0, description: 'the entry, as the recorded event shows it' })
  @Entries(ENTRY)
  readonly entry!: number;

  @ApiPropertyOptional({
    type: 'integer',
    minimum: 1,
    description: 'size of the tree; the newest unless given',
  })
  @IsOptional()
  @Entries(SIZE)
  readonly size?: number;
}

/** Of which two trees. */
export class ConsistencyQuery {
  @ApiProperty({ type: 'integer', minimum: 0, description: 'size of the earlier tree' })
  @Entries(SIZE)
  readonly from!: number;

  @ApiPropertyOptional({
    type: 'integer',
    minimum: 0,
    description: 'size of the later tree; the newest unless given',
  })
  @IsOptional()
  @Entries(SIZE)
  readonly to?: number;
}

/** Which entries. */
export class EntriesQuery {
  @ApiProperty({ type: 'integer', minimum: 0, description: 'the first entry' })
  @Entries(ENTRY)
  readonly from!: number;

  @ApiProperty({
    type: 'integer',
    minimum: 0,
    description: 'the entry behind the last one, at most 1,000 later',
  })
  @Entries(ENTRY)
  readonly to!: number;
}
