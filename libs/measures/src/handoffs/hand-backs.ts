import { share } from '../kinds/share.js';
import { defineMeasure } from '../measure.js';
import { HANDOFFS } from './handoff-rows.js';

export const agentHandBacks = handBacks('agent', 'an agent', 'toAgentId', 'returnsToAgent');

export const teamHandBacks = handBacks('team', 'a team', 'toTeam', 'returnsToTeam');

function handBacks(who: 'agent' | 'team', one: string, receiver: string, flag: string) {
  return defineMeasure({
    ...HANDOFFS,
    name: `${who}-hand-backs`,
    summary: `The share of hand-offs in a loop: back to ${one} that had handed the same contact or issue on before`,
    formula: `hand-offs to ${one} that had it before (A→B→A) ÷ hand-offs whose receiving ${who} is known`,
    numerator: `hand-offs back to ${one} that had handed it on before`,
    denominator: `hand-offs whose receiving ${who} is known`,
    unit: 'share',
    better: 'less',
    leads: true,
    minimum: 5,
    where: [{ column: receiver, is: 'not-null' }],
    kind: share([{ column: flag, is: '=', value: 1 }]),
  });
}
