import { addDecayed, type Decayed, type FoldContext, mentionWeight, recommendationWeight } from '#scoring';
import type { FactsOf } from './facts.js';

/** What the customer tells others: referrals, recommendations, public mentions. */
export class Advocacy {
  /** Undefined until the first of them. */
  sum: Decayed | undefined;

  referred({ occurredAt }: FactsOf<'ReferralMade'>, context: FoldContext): void {
    this.add(occurredAt, context.policy.advocacy.referral, context);
  }

  mentioned({ occurredAt, data }: FactsOf<'PublicMentionPosted'>, context: FoldContext): void {
    this.add(occurredAt, mentionWeight(data.sentiment, data.reach, context.policy), context);
  }

  /** An answer to the recommendation question. */
  recommended({ occurredAt, data }: FactsOf<'FeedbackGiven'>, context: FoldContext): void {
    this.add(occurredAt, recommendationWeight(data.score, context.policy), context);
  }

  private add(at: number, weight: number, { policy }: FoldContext): void {
    this.sum = addDecayed(this.sum, at, weight, policy.advocacy.halfLifeDays);
  }
}
