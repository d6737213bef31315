import { addDecayed, type Decayed, type FoldContext, mentionWeight, recommendationWeight } from '#scoring';
import type { FactsOf } from './facts.js';
import type { Profile } from './profile.js';
import { Records } from './records.js';

/** A public mention, or a referral. */
export interface MentionRecord {
  changed: boolean;
  readonly customer: string;
  readonly eventId: string;
  readonly kind: 'mention' | 'referral';
  readonly platform: string | null;
  readonly sentiment: number | null;
  readonly reach: number | null;
  readonly segment: string | null;
  /** Milliseconds. */
  readonly postedAt: number;
}

/** What the customer tells others: referrals, recommendations, public mentions. */
export class Advocacy {
  /** Undefined until the first of them. */
  sum: Decayed | undefined;
  readonly records = new Records<MentionRecord>();

  constructor(private readonly profile: Profile) {}

  referred(fact: FactsOf<'ReferralMade'>, context: FoldContext): void {
    this.add(fact.occurredAt, context.policy.advocacy.referral, context);
    this.note(fact, { kind: 'referral', platform: null, sentiment: null, reach: null });
  }

  mentioned(fact: FactsOf<'PublicMentionPosted'>, context: FoldContext): void {
    const { platform, sentiment, reach } = fact.data;
    this.add(fact.occurredAt, mentionWeight(sentiment, reach, context.policy), context);
    this.note(fact, { kind: 'mention', platform, sentiment, reach: reach ?? null });
  }

  /** An answer to the recommendation question. */
  recommended({ occurredAt, data }: FactsOf<'FeedbackGiven'>, context: FoldContext): void {
    this.add(occurredAt, recommendationWeight(data.score, context.policy), context);
  }

  private note(
    { customer, eventId, occurredAt }: FactsOf<'ReferralMade' | 'PublicMentionPosted'>,
    said: Pick<MentionRecord, 'kind' | 'platform' | 'sentiment' | 'reach'>,
  ): void {
    const segment = this.profile.segment ?? null;
    this.records.change(customer, eventId, () => ({
      ...{ changed: false, customer, eventId, segment, postedAt: occurredAt },
      ...said,
    }));
  }

  private add(at: number, weight: number, { policy }: FoldContext): void {
    this.sum = addDecayed(this.sum, at, weight, policy.advocacy.halfLifeDays);
  }
}
