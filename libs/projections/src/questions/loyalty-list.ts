import { formatTime, type FoundRow } from '#event-sourcing';
import type { LoyaltyBand } from '#scoring';
import { type LoyaltyState } from '../loyalty-state.js';
import { scoreAt } from '../loyalty-view.js';
import type { AnswerFrame, Asker, Page, PageOf } from './asker.js';
import { oneOf } from './filters.js';
import { holdsAt } from './intervals-in-force.js';
import { type ListInquiry, type ListMoment, listPage, type ListPlace } from './list-inquiry.js';

const BANDS: readonly LoyaltyBand[] = ['low', 'medium', 'high', 'unknown'];

/** A customer in the list by loyalty. */
export interface LoyaltyItem {
  readonly customer: string;
  readonly band: LoyaltyBand;
  readonly score: number | null;
  readonly coverage: number;
  /** When silence alone will put the customer into another band. */
  readonly nextBandAt: string | null;
  /** When the score by which the list is ordered was taken; those shown are exact. */
  readonly scoredAt: string;
}

/** Customers by loyalty, the highest first, those without a score last. Throws `historical-question-too-large`. */
export function loyaltyList(
  asker: Asker,
  question: ListMoment & Page<ListPlace> & { readonly band?: LoyaltyBand },
): Promise<AnswerFrame & PageOf<LoyaltyItem, ListPlace>> {
  const band = oneOf('band', question.band, BANDS);
  const bands = band === undefined ? BANDS : [band];
  const selection = {
    where: (asOf: number) => [{ column: 'band', is: 'in', value: bands } as const, ...holdsAt(asOf)],
    orderBy: { column: 'score', direction: 'desc' } as const,
  };
  return listPage(asker, 'loyalty', question, selection, itemOf);
}

async function itemOf({ customer, columns }: FoundRow, { rows, context }: ListInquiry): Promise<LoyaltyItem> {
  const state = (await rows.root<LoyaltyState>(customer))!;
  const { score, coverage } = scoreAt(state, Math.max(context.asOf, state.at), context);
  const toAt = columns['toAt'];
  return {
    customer,
    band: columns['band'] as LoyaltyBand,
    score,
    coverage,
    nextBandAt: typeof toAt === 'number' ? formatTime(toAt) : null,
    scoredAt: formatTime(Number(columns['scoredAt'])),
  };
}
