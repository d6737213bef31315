import { FactField, Personal, Touchpoint } from '../declare.js';
import { Label, Optional, Sentiment, Text, Whole } from '../fields.js';
import { STEP } from '../steps.js';

/** The customer brings another one. */
@Touchpoint({ name: 'ReferralMade', version: 1, step: STEP.ReferralMade })
export class ReferralMade {
  /** Who was brought. */
  @Personal() @Optional() @Text(2_000) readonly referred?: string | null;
}

/** The customer speaks in public, for good or ill; it stays there for ever. */
@Touchpoint({ name: 'PublicMentionPosted', version: 1, step: STEP.PublicMentionPosted })
export class PublicMentionPosted {
  @FactField() @Label() readonly platform!: string;
  @FactField() @Sentiment() readonly sentiment!: number;
  /** How many people it may have reached. */
  @FactField() @Optional() @Whole(0, 10_000_000_000) readonly reach?: number | null;
  @Personal() @Optional() @Text(4_000) readonly url?: string | null;
}
