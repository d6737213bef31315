import { ALERT_KINDS } from '#journey';
import type { AlertKind } from '#journey';
import { PageQuery } from '../query/moment-query.js';
import { Name, OneWord } from '../query/parameters.js';

/** Filters of alerts. */
export class AlertsQuery extends PageQuery {
  @OneWord(['open', 'closed'], 'both when left out') readonly state?: 'open' | 'closed';
  @OneWord(ALERT_KINDS, 'only alerts of rules about this') readonly kind?: AlertKind;
  @Name('only alerts of the rule of this name') readonly rule?: string;
  @Name('only alerts about this customer') readonly customer?: string;
  @Name('only alerts about an issue of this id') readonly issueId?: string;
}
