import type { SentEvent } from '../kit/touchpoint.js';
import type { Random } from './random.js';

const DAY = 86_400_000;
const SOURCE = '/crash-test';

type Teller = (random: Random) => readonly [type: string, data: object];

const issue = (random: Random) => ({ issueId: `i-${random.between(1, 6)}` });
const contact = (random: Random) => ({ contactId: `k-${random.between(1, 6)}` });

const TELLERS: readonly Teller[] = [
  (random) => ['ContactStarted', { ...contact(random), channel: 'phone', direction: 'inbound' }],
  (random) => ['ContactEnded', { ...contact(random), disposition: random.pick(['completed', 'abandoned']) }],
  (random) => [
    'IssueRaised',
    { ...issue(random), category: 'refund', severity: random.pick(['low', 'high']) },
  ],
  (random) => ['IssueTransferred', { ...issue(random), toTeam: random.pick(['red', 'blue']) }],
  (random) => ['ResolutionProvided', { ...issue(random), ...contact(random) }],
  (random) => ['IssueClosed', issue(random)],
  (random) => ['IssueReopened', issue(random)],
  (random) => ['FeedbackGiven', { survey: 'csat', score: random.between(1, 5), ...contact(random) }],
  (random) => ['PurchaseMade', { orderId: `o-${random.between(1, 9)}`, amount: '19.90', currency: 'EUR' }],
];

/**
 * Touchpoints of a few hundred customers in no order of time, some of them retracting others and (rarely) merging
 * customers: even numbers merge the next odd one, so that no circle can arise.
 */
export class ToldTouchpoints {
  #told = 0;
  readonly #byCustomer = new Map<string, string>();

  constructor(
    private readonly name: string,
    private readonly random: Random,
    private readonly customers: number,
    /** The latest time that anything happens at, in ms. */
    private readonly until: number,
  ) {}

  next(): SentEvent & { readonly id: string; readonly subject: string } {
    const id = `${this.name}-${++this.#told}`;
    const number = this.random.between(1, this.customers);
    const subject = `c-${number}`;
    const [type, data] = this.#tell(number, subject);
    // Only touchpoints can be retracted: naming a merge would be refused.
    if (type !== 'EventRetracted' && type !== 'CustomersMerged') this.#byCustomer.set(subject, id);
    const time = new Date(this.until - this.random.between(0, 300 * DAY)).toISOString();
    return { specversion: '1.0', source: SOURCE, id, type: `cx.${type}.v1`, subject, time, data };
  }

  #tell(number: number, subject: string): readonly [type: string, data: object] {
    const earlier = this.#byCustomer.get(subject);
    if (earlier !== undefined && this.random.chance(0.02))
      return ['EventRetracted', { eventSource: SOURCE, eventId: earlier, reason: 'entered twice' }];
    if (number % 20 === 0 && this.random.chance(0.05))
      return ['CustomersMerged', { mergedId: `c-${number + 1}` }];
    return this.random.pick(TELLERS)(this.random);
  }
}
