import { FactField, Means, Personal, Touchpoint } from '../declare.js';
import { Label, Optional, Sentiment, Text, Whole } from '../fields.js';
import { STEP } from '../steps.js';

@Touchpoint({
  name: 'ReferralMade',
  version: 1,
  step: STEP.ReferralMade,
  means: 'The customer brings another customer.',
})
export class ReferralMade {
  @Means('Who was brought.')
  @Personal()
  @Optional()
  @Text(2_000)
  readonly referred?: string | null;
}

@Touchpoint({
  name: 'PublicMentionPosted',
  version: 1,
  step: STEP.PublicMentionPosted,
  means: 'The customer speaks about the company in public.',
})
export class PublicMentionPosted {
  @Means('Where: the name of the site or network.')
  @FactField()
  @Label()
  readonly platform!: string;
  @FactField() @Sentiment() readonly sentiment!: number;
  @Means('How many people it may have reached.')
  @FactField()
  @Optional()
  @Whole(0, 10_000_000_000)
  readonly reach?: number | null;
  @Means('The address of the post. Stored encrypted.')
  @Personal()
  @Optional()
  @Text(4_000)
  readonly url?: string | null;
}
