import { FactField, Touchpoint } from '../declare.js';
import { Flag, Id, Label, Optional } from '../fields.js';
import { STEP } from '../steps.js';

/** Something is offered; whether it suits the need that was found is what tells selling from pushing. */
@Touchpoint({ name: 'OfferMade', version: 1, step: STEP.OfferMade })
export class OfferMade {
  @FactField() @Id() readonly offerId!: string;
  @FactField() @Optional() @Id() readonly contactId?: string | null;
  @FactField() @Label() readonly category!: string;
  @FactField() @Optional() @Flag() readonly suitable?: boolean | null;
  @FactField() @Optional() @Flag() readonly accepted?: boolean | null;
}

/** The customer was sent to a competitor because it fits better: ethical selling, repaid in trust. */
@Touchpoint({ name: 'CompetitorRecommended', version: 1, step: STEP.CompetitorRecommended })
export class CompetitorRecommended {
  @FactField() @Optional() @Id() readonly contactId?: string | null;
  @FactField() @Label() readonly category!: string;
}
