import { contactsTable } from '#views';
import { share } from '../kinds/share.js';
import { defineMeasure } from '../measure.js';
import { CONTACT_DIMENSIONS } from './dimensions.js';

export const contactEscalationRate = defineMeasure({
  name: 'contact-escalation-rate',
  summary: 'The share of contacts after which the issue had to be escalated',
  formula: 'contacts that were the latest about an issue when it was escalated ÷ contacts',
  events: ['ContactStarted', 'IssueEscalated'],
  numerator: 'contacts with an escalation',
  denominator: 'all contacts',
  bookedAt: 'when the contact began',
  unit: 'share',
  better: 'less',
  leads: true,
  minimum: 5,
  dimensions: CONTACT_DIMENSIONS,
  table: contactsTable,
  time: 'startedAt',
  where: [],
  kind: share([{ column: 'escalated', is: '=', value: 1 }]),
});
