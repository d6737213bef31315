/** A number of 32 bits after another (mulberry32): the same seed tells the same story. */
function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
}

const CHANNELS = ['phone', 'chat', 'email', 'web'];
const CATEGORIES = ['billing', 'delivery', 'contract', 'technical', 'returns'];
const SEVERITIES = ['low', 'normal', 'normal', 'high', 'critical'];
const REMARK = 'The parcel came late and the box was open; called twice already, nobody rang back.';

/** A customer's visit under way: what comes next, under which ids. */
interface Visit {
  readonly customer: string;
  readonly number: number;
  readonly dice: number;
  step: number;
}

type Step = readonly [type: string, data: string];

/** What a visit is made of, in this order. Of its eight touchpoints two to four hold a personal text. */
const STEPS: readonly ((visit: Visit, contact: string, issue: string) => Step)[] = [
  ({ dice }, contact) => [
    'ContactStarted',
    `{"contactId":"${contact}","channel":"${CHANNELS[dice % 4]}","direction":"inbound","queue":"first-line"}`,
  ],
  ({ dice }, contact) => [
    'CustomerGreeted',
    `{"contactId":"${contact}","agentId":"agent-${dice % 97}","agentKind":"human"}`,
  ],
  ({ dice }, contact, issue) => [
    'NeedsIdentified',
    `{"contactId":"${contact}","issueId":"${issue}","expectation":${1 + (dice % 7)},"needs":[{"category":"${CATEGORIES[dice % 5]}"${
      dice % 2 === 0 ? ',"description":"wants the money back before the holidays"' : ''
    }}]}`,
  ],
  ({ dice }, contact, issue) => [
    'IssueRaised',
    `{"issueId":"${issue}","contactId":"${contact}","category":"${CATEGORIES[dice % 5]}","severity":"${SEVERITIES[dice % 5]}","team":"team-${dice % 7}","description":"${REMARK}"}`,
  ],
  ({ dice }, contact, issue) => [
    'ResolutionProvided',
    `{"issueId":"${issue}","contactId":"${contact}"${dice % 2 === 0 ? ',"resolution":"sent a new parcel, apologised"' : ''}}`,
  ],
  (_, contact, issue) => ['ResolutionConfirmed', `{"issueId":"${issue}","contactId":"${contact}"}`],
  ({ dice }, contact) => [
    'ContactEnded',
    `{"contactId":"${contact}","disposition":"completed","talkSeconds":${60 + (dice % 600)},"waitSeconds":${dice % 90}}`,
  ],
  ({ dice }, contact) => [
    'FeedbackGiven',
    `{"survey":"csat","score":${1 + (dice % 5)},"contactId":"${contact}"${dice % 3 === 0 ? ',"comment":"Friendly, but it took three calls."' : ''}}`,
  ],
];

export interface ContactCentreOptions {
  readonly seed: number;
  /** Customers, `customer-0` and on. Several centres share them out: this one has those of its share. */
  readonly customers: number;
  readonly share?: number;
  readonly shares?: number;
}

/** Visits that go on at once. */
const VISITS = 1_000;
/** One event in so many was held up on its way for a minute: customers' histories are not always told in order. */
const LATE_ONE_IN = 200;
const LATE_MILLIS = 60_000;

/** CloudEvents of a contact centre as JSON: visits of customers, step by step, as they happen. */
export class ContactCentre {
  private readonly random: () => number;
  private readonly visits: Visit[];
  private readonly name: string;
  private visitNumber = 0;
  private eventNumber = 0;
  private turn = 0;
  /** Whose event was told last. */
  lastCustomer = '';

  constructor(private readonly options: ContactCentreOptions) {
    const { seed, share = 0, customers } = options;
    this.random = seeded(seed * 7_919 + share);
    this.name = `${seed}-${share}`;
    const visits = Math.min(VISITS, Math.floor(customers / (options.shares ?? 1)));
    this.visits = Array.from({ length: visits }, () => this.begin());
    // Not all of them begin at the same time.
    for (const visit of this.visits) visit.step = this.random() % STEPS.length;
  }

  /** The next so many events, which happen at `now` (ms), as the text of a batch. */
  batch(count: number, now: number): string {
    const time = new Date(now).toISOString();
    let text = '[';
    for (let i = 0; i < count; i++) text += (i === 0 ? '' : ',') + this.tell(time, now);
    return `${text}]`;
  }

  /** The next event, as the text of a structured CloudEvent. */
  single(now: number): string {
    return this.tell(new Date(now).toISOString(), now);
  }

  private tell(time: string, now: number): string {
    const at = this.turn++ % this.visits.length;
    let visit = this.visits[at]!;
    if (visit.step === STEPS.length) visit = this.visits[at] = this.begin();
    const contact = `contact-${this.name}-${visit.number}`;
    const [type, data] = STEPS[visit.step++]!(visit, contact, `issue-${this.name}-${visit.number}`);
    this.lastCustomer = visit.customer;
    const happened = this.random() % LATE_ONE_IN === 0 ? new Date(now - LATE_MILLIS).toISOString() : time;
    return (
      `{"specversion":"1.0","id":"${this.name}-${this.eventNumber++}","source":"/desk/emea","type":"cx.${type}.v1",` +
      `"subject":"${visit.customer}","time":"${happened}","datacontenttype":"application/json","data":${data}}`
    );
  }

  private begin(): Visit {
    const { share = 0, shares = 1, customers } = this.options;
    const mine = Math.floor(customers / shares);
    const customer = `customer-${share + shares * (this.random() % mine)}`;
    return { customer, number: this.visitNumber++, dice: this.random() >>> 3, step: 0 };
  }
}
