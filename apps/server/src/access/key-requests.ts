import { ApiProperty } from '@nestjs/swagger';
import { ArrayMinSize, ArrayUnique, IsArray, IsIn, IsString, Length, Matches } from 'class-validator';
import { ROLES } from '#platform';
import type { Role } from '#platform';
import { CursorText, Limit } from '../cursors/cursor-query.js';

/** What is asked for when a key is to be made. */
export class MintKey {
  @ApiProperty({ description: 'whose key it is, in words', example: 'web shop', maxLength: 100 })
  @IsString()
  @Length(1, 100)
  // Control, format and separator characters could drive a terminal, hide or turn round what is shown.
  @Matches(/^[^\p{C}\p{Zl}\p{Zp}]*$/u, { message: 'must not have control or invisible characters' })
  readonly label!: string;

  @ApiProperty({ enum: ROLES, isArray: true, description: 'what it may do', minItems: 1, uniqueItems: true })
  @IsArray()
  @ArrayMinSize(1)
  @ArrayUnique()
  @IsIn(ROLES, { each: true, message: `must be some of ${ROLES.join(', ')}` })
  readonly roles!: Role[];
}

/** A part of the list of keys. */
export class KeysQuery {
  @Limit()
  readonly limit?: number;

  @CursorText()
  readonly cursor?: string;
}

/** A key as it is shown: never its secret. */
export class KeyView {
  @ApiProperty() readonly id!: string;
  @ApiProperty() readonly tenant!: string;
  @ApiProperty({ enum: ROLES, isArray: true }) readonly roles!: readonly Role[];
  @ApiProperty() readonly label!: string;
  @ApiProperty({ format: 'date-time' }) readonly createdAt!: string;
  @ApiProperty({ format: 'date-time', nullable: true, type: String }) readonly lastUsedAt!: string | null;
  @ApiProperty({ format: 'date-time', nullable: true, type: String }) readonly revokedAt!: string | null;
}

/** A key just made, with its text. */
export class MintedKey extends KeyView {
  @ApiProperty({ description: 'the key itself; it is shown this once and cannot be found again' })
  readonly key!: string;
}
