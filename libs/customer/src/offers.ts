import type { About } from './about.js';
import type { FactsOf } from './facts.js';
import { Records } from './records.js';

/** An offer, or the recommendation of a competitor that suits the customer better. */
export interface OfferRecord {
  changed: boolean;
  readonly customer: string;
  /** Of a recommendation: the id of its event. */
  readonly offerId: string;
  readonly kind: 'offer' | 'competitor';
  readonly about: About;
  category: string;
  suitable: boolean | undefined;
  accepted: boolean | undefined;
  /** When it was made first, ms. */
  readonly madeAt: number;
}

/** What was offered to the customer. */
export class Offers {
  readonly records = new Records<OfferRecord>();

  /** The same offer again says more of it: that it was accepted, perhaps. */
  made({ customer, occurredAt, data }: FactsOf<'OfferMade'>, about: About): void {
    const { offerId, category, suitable, accepted } = data;
    const offer = this.records.change(customer, `offer ${offerId}`, () => ({
      ...{ changed: false, customer, offerId, kind: 'offer', about, category, madeAt: occurredAt },
      ...{ suitable: undefined, accepted: undefined },
    }));
    offer.category = category;
    offer.suitable = suitable ?? offer.suitable;
    offer.accepted = accepted ?? offer.accepted;
  }

  competitor({ customer, eventId, occurredAt, data }: FactsOf<'CompetitorRecommended'>, about: About): void {
    this.records.change(customer, `competitor ${eventId}`, () => ({
      ...{ changed: false, customer, offerId: eventId, kind: 'competitor', about, madeAt: occurredAt },
      ...{ category: data.category, suitable: undefined, accepted: undefined },
    }));
  }
}
