import { ApiProperty } from '@nestjs/swagger';
import { Matches } from 'class-validator';
import { CursorText, Limit } from '../cursors/cursor-query.js';

const TENANT = /^[a-z0-9-]{1,40}$/;
const RULE = { message: 'must be 1 to 40 of a-z, 0-9 and hyphen' };

/** The tenant to be made. */
export class CreateTenant {
  @ApiProperty({ pattern: TENANT.source, example: 'shop' })
  @Matches(TENANT, RULE)
  readonly tenant!: string;
}

/** A part of the list of tenants. */
export class TenantsQuery {
  @Limit()
  readonly limit?: number;

  @CursorText()
  readonly cursor?: string;
}
