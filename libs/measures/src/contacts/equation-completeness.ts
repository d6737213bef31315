import { contactsTable } from '#views';
import { ratio } from '../kinds/ratio.js';
import { defineMeasure } from '../measure.js';
import { CONTACT_DIMENSIONS } from './dimensions.js';

export const equationCompleteness = defineMeasure({
  name: 'equation-completeness',
  summary: 'How completely the five steps of a contact (greet, needs, meet, confirm, invite) were done',
  formula: 'steps done ÷ steps that apply',
  events: [
    'CustomerGreeted',
    'NeedsIdentified',
    'ResolutionProvided',
    'ResolutionConfirmed',
    'ReturnInvited',
    'ContactEnded',
  ],
  numerator: 'steps done',
  denominator: 'steps that apply, of contacts that have ended',
  bookedAt: 'when the contact began',
  unit: 'share',
  better: 'more',
  leads: true,
  minimum: 5,
  dimensions: CONTACT_DIMENSIONS,
  table: contactsTable,
  time: 'startedAt',
  where: [{ column: 'stepsApplicable', is: 'not-null' }],
  kind: ratio('stepsDone', 'stepsApplicable'),
});
