import { count } from '../kinds/count.js';
import { defineMeasure } from '../measure.js';
import { HANDOFFS } from './handoff-rows.js';

export const handOffs = defineMeasure({
  ...HANDOFFS,
  name: 'hand-offs',
  summary: 'How often contacts and issues were handed on',
  formula: 'transfers of contacts + transfers of issues + escalations',
  numerator: 'hand-offs',
  denominator: null,
  unit: 'count',
  better: 'less',
  leads: true,
  minimum: 0,
  where: [],
  kind: count,
});
