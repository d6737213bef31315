import { share } from '../kinds/share.js';
import { defineMeasure } from '../measure.js';
import { CONTACTS_BEGUN } from './contact-rows.js';

export const contactEscalationRate = defineMeasure({
  ...CONTACTS_BEGUN,
  name: 'contact-escalation-rate',
  summary: 'The share of contacts after which the issue had to be escalated',
  formula: 'contacts that were the latest about an issue when it was escalated ÷ contacts',
  events: ['ContactStarted', 'IssueEscalated'],
  numerator: 'contacts with an escalation',
  denominator: 'all contacts',
  unit: 'share',
  better: 'less',
  leads: true,
  minimum: 5,
  where: [],
  kind: share([{ column: 'escalated', is: '=', value: 1 }]),
});
