import type { TouchpointName } from '#journey';
import { CONTACTS_BEGUN } from './contacts.js';
import { percentiles } from '../kinds/percentiles.js';
import type { Measure } from '../measure.js';

export const STEP_MEASURES: readonly Measure[] = [
  stepTime('time-to-needs', 'the needs are known', 'needsMs', 'NeedsIdentified'),
  stepTime('time-to-meet', 'the needs are met', 'meetMs', 'ResolutionProvided'),
  stepTime('time-to-confirm', 'the customer agrees that nothing is left', 'confirmMs', 'ResolutionConfirmed'),
  stepTime('time-to-invite', 'the customer is invited to come again', 'inviteMs', 'ReturnInvited'),
];

/** How long one of the five steps of a contact took. */
function stepTime(name: string, reached: string, column: string, event: TouchpointName): Measure {
  return {
    ...CONTACTS_BEGUN,
    name,
    summary: `From the step before until ${reached}: median and 90th percentile`,
    formula: `first ${event} of the contact − the latest earlier step that was done before it`,
    events: [
      'CustomerGreeted',
      'NeedsIdentified',
      'ResolutionProvided',
      'ResolutionConfirmed',
      'ReturnInvited',
    ],
    numerator: 'contacts with both steps',
    denominator: 'contacts with both steps',
    better: 'less',
    leads: true,
    where: [{ column, is: 'not-null' }],
    kind: percentiles(column),
  };
}
