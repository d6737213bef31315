import { FactField, Means, Touchpoint } from '../declare.js';
import { Flag, Id, Label, Optional } from '../fields.js';
import { STEP } from '../steps.js';

@Touchpoint({
  name: 'OfferMade',
  version: 1,
  step: STEP.OfferMade,
  means: 'Something was offered to the customer.',
})
export class OfferMade {
  @FactField() @Id() readonly offerId!: string;
  @FactField() @Optional() @Id() readonly contactId?: string | null;
  @FactField() @Label() readonly category!: string;
  @Means('Whether the offer suited the need that was found.')
  @FactField()
  @Optional()
  @Flag()
  readonly suitable?: boolean | null;
  @Means('Whether the customer took it.')
  @FactField()
  @Optional()
  @Flag()
  readonly accepted?: boolean | null;
}

@Touchpoint({
  name: 'CompetitorRecommended',
  version: 1,
  step: STEP.CompetitorRecommended,
  means: 'The customer was sent to a competitor because it suits them better.',
})
export class CompetitorRecommended {
  @FactField() @Optional() @Id() readonly contactId?: string | null;
  @FactField() @Label() readonly category!: string;
}
