import { ApiProperty } from '@nestjs/swagger';
import { Matches } from 'class-validator';

const TENANT = /^[a-z0-9-]{1,40}$/;
const RULE = { message: 'must be 1 to 40 of a-z, 0-9 and hyphen' };

/** The tenant to be made. */
export class CreateTenant {
  @ApiProperty({ pattern: TENANT.source, example: 'shop' })
  @Matches(TENANT, RULE)
  readonly tenant!: string;
}
