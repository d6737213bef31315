import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional } from 'class-validator';
import { ALERT_KINDS } from '#journey';
import type { AlertKind } from '#journey';
import { PageQuery } from '../query/moment-query.js';
import { Name, OneWord } from '../query/parameters.js';

/** Filters of alerts. */
export class AlertsQuery extends PageQuery {
  @ApiPropertyOptional({ enum: ['open', 'closed'], description: 'both when left out' })
  @IsOptional()
  @IsIn(['open', 'closed'], { message: 'must be open or closed' })
  readonly state?: 'open' | 'closed';

  @OneWord(ALERT_KINDS, 'only alerts of rules about this')
  readonly kind?: AlertKind;

  @Name('only alerts of the rule of this name') readonly rule?: string;
  @Name('only alerts about this customer') readonly customer?: string;
  @Name('only alerts about an issue of this id') readonly issueId?: string;
}
