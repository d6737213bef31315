import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional, IsString, Length } from 'class-validator';
import { ALERT_KINDS } from '#journey';
import type { AlertKind } from '#journey';
import { PageQuery } from '../query/moment-query.js';

function Text(description: string): PropertyDecorator {
  return (target, property) => {
    ApiPropertyOptional({ description, minLength: 1, maxLength: 200 })(target, property);
    IsOptional()(target, property);
    IsString({ message: 'must be given once' })(target, property);
    Length(1, 200)(target, property);
  };
}

/** Filters of alerts. */
export class AlertsQuery extends PageQuery {
  @ApiPropertyOptional({ enum: ['open', 'closed'], description: 'both when left out' })
  @IsOptional()
  @IsIn(['open', 'closed'], { message: 'must be open or closed' })
  readonly state?: 'open' | 'closed';

  @ApiPropertyOptional({ enum: ALERT_KINDS, description: 'only alerts of rules about this' })
  @IsOptional()
  @IsIn(ALERT_KINDS, { message: `must be one of ${ALERT_KINDS.join(', ')}` })
  readonly kind?: AlertKind;

  @Text('only alerts of the rule of this name') readonly rule?: string;
  @Text('only alerts about this customer') readonly customer?: string;
  @Text('only alerts about an issue of this id') readonly issueId?: string;
}
