import { share } from '../kinds/share.js';
import { defineMeasure } from '../measure.js';
import { CONTACTS_BEGUN } from './contact-rows.js';

export const botOnlyRate = defineMeasure({
  ...CONTACTS_BEGUN,
  name: 'bot-only-rate',
  summary: 'The share of handled contacts in which only a bot greeted the customer',
  formula: 'contacts greeted by bots only ÷ contacts in which somebody greeted the customer',
  events: ['ContactStarted', 'CustomerGreeted'],
  numerator: 'contacts that no person took part in',
  denominator: 'contacts in which somebody greeted the customer',
  unit: 'share',
  better: null,
  leads: true,
  minimum: 5,
  where: [{ column: 'handledBy', is: 'not-null' }],
  kind: share([{ column: 'handledBy', is: '=', value: 'bot' }]),
});
