import { share } from '../kinds/share.js';
import { defineMeasure } from '../measure.js';
import { HANDLINGS_BEGUN } from './handling-rows.js';

export const agentHandOvers = defineMeasure({
  ...HANDLINGS_BEGUN,
  name: 'agent-hand-overs',
  summary: 'The share of an agent’s contacts that the agent handed to somebody else',
  formula: 'contacts that the agent handed on ÷ contacts that the agent worked on',
  events: ['CustomerGreeted', 'ContactTransferred'],
  numerator: 'contacts that the agent handed on',
  denominator: 'contacts that the agent worked on',
  unit: 'share',
  better: 'less',
  leads: true,
  minimum: 5,
  where: [],
  kind: share([{ column: 'transferredOn', is: '=', value: 1 }]),
});
