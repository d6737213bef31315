import { formatTime, type FoundRow } from '#event-sourcing';
import { type ChurnBand, type ChurnReason, churnReasons, churnScore, round6 } from '#scoring';
import { type ChurnState, churnInputs } from '../churn-state.js';
import type { AnswerFrame, Asker, Page, PageOf } from './asker.js';
import { oneOf } from './filters.js';
import { holdsAt } from './intervals-in-force.js';
import { type ListInquiry, type ListMoment, listPage, type ListPlace } from './list-inquiry.js';

const BANDS: readonly ChurnBand[] = ['low', 'medium', 'high', 'critical', 'lost'];

/** A customer in the list by risk. */
export interface ChurnRiskItem {
  readonly customer: string;
  readonly band: ChurnBand;
  readonly risk: number;
  readonly excess: number;
  readonly kind: 'contractual' | 'non-contractual' | 'base-rate';
  readonly left?: true;
  /** When silence alone will put the customer into another band. */
  readonly nextBandAt: string | null;
  /** Why, the weightiest first: of the state, not of the path to it. */
  readonly reasons: readonly ChurnReason[];
  /** When the score by which the list is ordered was taken; those shown are exact. */
  readonly scoredAt: string;
}

/**
 * Customers by excess risk, the highest first. Those lost or gone only by `band=lost`. Throws
 * `historical-question-too-large`.
 */
export function churnRiskList(
  asker: Asker,
  question: ListMoment & Page<ListPlace> & { readonly band?: ChurnBand },
): Promise<AnswerFrame & PageOf<ChurnRiskItem, ListPlace>> {
  const band = oneOf('band', question.band, BANDS);
  const bands = band === undefined ? BANDS.filter((other) => other !== 'lost') : [band];
  const selection = {
    where: (asOf: number) => [{ column: 'band', is: 'in', value: bands } as const, ...holdsAt(asOf)],
    orderBy: { column: 'excess', direction: 'desc' } as const,
  };
  return listPage(asker, 'churn-risk', question, selection, itemOf);
}

async function itemOf(
  { customer, columns }: FoundRow,
  { rows, context }: ListInquiry,
): Promise<ChurnRiskItem> {
  const state = (await rows.root<ChurnState>(customer))!;
  // A page further on may come across a customer who has been heard of since the moment of the first page.
  const moment = { ...context, asOf: Math.max(context.asOf, state.at) };
  const inputs = churnInputs(state);
  const score = churnScore(inputs, moment.asOf, moment);
  const toAt = columns['toAt'];
  return {
    customer,
    band: columns['band'] as ChurnBand,
    risk: round6(score.risk),
    excess: round6(score.excess),
    kind: score.kind,
    ...(score.left && { left: true }),
    nextBandAt: typeof toAt === 'number' ? formatTime(toAt) : null,
    reasons: churnReasons(inputs, moment.asOf, moment),
    scoredAt: formatTime(Number(columns['scoredAt'])),
  };
}
