import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { IsOptional, Max, Min } from 'class-validator';
import { Digits } from '../query/parameters.js';

const ENTRY = 'must be the number of an entry: a whole number from 0';
const SIZE = 'must be a number of entries: a whole number from 0';

/** A number of an entry, or of entries; `minimum` is what OpenAPI says. */
function Entries(message: string, description: string, { required = true, minimum = 0 } = {}) {
  return applyDecorators(
    ApiProperty({ type: 'integer', minimum, description, required }),
    ...(required ? [] : [IsOptional()]),
    Digits(message),
    Min(0, { message }),
    Max(Number.MAX_SAFE_INTEGER, { message }),
  );
}

/** Of which entry, and in which tree. */
export class InclusionQuery {
  @Entries(ENTRY, 'the entry, as the recorded event shows it') readonly entry!: number;
  @Entries(SIZE, 'size of the tree; the newest unless given', { required: false, minimum: 1 })
  readonly size?: number;
}

/** Of which two trees. */
export class ConsistencyQuery {
  @Entries(SIZE, 'size of the earlier tree') readonly from!: number;
  @Entries(SIZE, 'size of the later tree; the newest unless given', { required: false })
  readonly to?: number;
}

/** Which entries. */
export class EntriesQuery {
  @Entries(ENTRY, 'the first entry') readonly from!: number;
  @Entries(ENTRY, 'the entry behind the last one, at most 1,000 later') readonly to!: number;
}
