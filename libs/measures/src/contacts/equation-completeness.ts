import { ratio } from '../kinds/ratio.js';
import { defineMeasure } from '../measure.js';
import { CONTACTS_BEGUN } from './contact-rows.js';

export const equationCompleteness = defineMeasure({
  ...CONTACTS_BEGUN,
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
  unit: 'share',
  better: 'more',
  leads: true,
  minimum: 5,
  where: [{ column: 'stepsApplicable', is: 'not-null' }],
  kind: ratio('stepsDone', 'stepsApplicable'),
});
