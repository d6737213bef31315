import { ApiProperty } from '@nestjs/swagger';
import { IsString, Length } from 'class-validator';
import { NamesNobody } from '../bodies/names-nobody.js';

/** Why a customer is erased. */
export class ErasureRequest {
  @ApiProperty({
    description: 'why, for auditors: it stays in the log for ever, so no personal data',
    minLength: 1,
    maxLength: 500,
  })
  @IsString({ message: 'must say why, in words' })
  @Length(1, 500)
  @NamesNobody()
  readonly reason!: string;
}
