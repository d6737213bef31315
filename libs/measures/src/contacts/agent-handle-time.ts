import { mean } from '../kinds/mean.js';
import { defineMeasure } from '../measure.js';
import { HANDLINGS_BEGUN } from './handling-rows.js';

export const agentHandleTime = defineMeasure({
  ...HANDLINGS_BEGUN,
  name: 'agent-handle-time',
  summary: 'The agent’s own part of talk, hold and after-contact work in a contact, on average',
  formula:
    'Σ own part of the handling time ÷ contacts; after a transfer each agent has the time that was the agent’s',
  events: ['CustomerGreeted', 'ContactTransferred', 'ContactEnded'],
  numerator: 'own handling time together, in seconds',
  denominator: 'contacts that the agent worked on and whose times are known',
  unit: 'seconds',
  better: null,
  leads: true,
  minimum: 5,
  where: [{ column: 'handleMs', is: 'not-null' }],
  kind: mean('handleMs', 1_000),
});
