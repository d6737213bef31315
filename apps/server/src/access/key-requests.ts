import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import {
  ArrayMinSize,
  ArrayUnique,
  IsArray,
  IsIn,
  IsOptional,
  IsString,
  Length,
  Matches,
} from 'class-validator';
import { type Role, ROLES } from '#api';

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

  @ApiPropertyOptional({
    enum: ['on', 'off'],
    default: 'on',
    description:
      'off: reading views and lists by this key is not recorded in the access log; only for a key whose one role is reader',
  })
  @IsOptional()
  @IsIn(['on', 'off'], { message: 'must be on or off' })
  readonly accessLog?: 'on' | 'off';
}
