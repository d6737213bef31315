import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { Caller, ROLES, Roles } from '#platform';
import type { Principal, Role } from '#platform';
import { NoQuery } from '../query/no-query.js';

class CallersKey {
  @ApiProperty() readonly id!: string;
  @ApiProperty() readonly label!: string;
}

/** Who is calling, as the server recognises them. */
class Me {
  @ApiProperty() readonly tenant!: string;
  @ApiProperty({
    description: 'as it stands in events and audit records: the key’s id, a hash, or `operator`',
  })
  readonly subject!: string;
  @ApiProperty({ nullable: true, type: CallersKey, description: 'null for tokens and for the operator' })
  readonly key!: CallersKey | null;
  @ApiProperty({ enum: ROLES, isArray: true }) readonly roles!: readonly Role[];
}

/** Tells a dashboard for whom it shows what. */
@ApiTags('Keys')
@Controller('v1/me')
export class MeController {
  @Get()
  @Roles(...ROLES)
  @ApiOperation({ summary: 'The caller’s tenant, key and roles' })
  @ApiOkResponse({ type: Me })
  me(@Caller() { tenant, subject, label, roles }: Principal, @Query() _query: NoQuery): Me {
    const key = label === undefined ? null : { id: subject, label };
    return { tenant, subject, key, roles: ROLES.filter((role) => roles.has(role)) };
  }
}
