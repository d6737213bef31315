import type { Preset } from '#journey';
import type { LoyaltyWeights } from './policy.js';

/**
 * Weights of the components of loyalty for each value discipline (Treacy & Wiersema 1993). Judgement, not measurement:
 * meant to be changed by the company.
 */
export const VALUE_DISCIPLINES: { readonly [discipline in Preset]: LoyaltyWeights } = {
  balanced: { behaviour: 40, attitude: 35, advocacy: 15, process: 10 },
  'customer-intimacy': { behaviour: 25, attitude: 40, advocacy: 20, process: 15 },
  'operational-excellence': { behaviour: 35, attitude: 25, advocacy: 10, process: 30 },
  'product-leadership': { behaviour: 40, attitude: 30, advocacy: 25, process: 5 },
};
