import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, IsString, Length } from 'class-validator';
import { LIMITS } from '#event-sourcing';
import { NamesNobody } from '../bodies/names-nobody.js';

/** Which two customers are one person, or are not. */
export class LinkRequest {
  @ApiProperty({ description: 'the identity that is merged into the customer of the URL, or cut from it' })
  @IsString({ message: 'must be the id of a customer' })
  @Length(1, LIMITS.subjectBytes)
  readonly mergedId!: string;

  @ApiPropertyOptional({ description: 'why, for auditors; no personal data', maxLength: 500 })
  @IsOptional()
  @IsString()
  @Length(1, 500)
  @NamesNobody()
  readonly reason?: string;

  @ApiPropertyOptional({
    description: 'id of the event; sent again with the same id, it is a repeat. Else a new one',
  })
  @IsOptional()
  @IsString()
  @Length(1, LIMITS.idBytes)
  readonly id?: string;
}
