/** One event as it counts: times in ms, data as sent. */
export interface NaiveEvent {
  readonly type: string;
  readonly customer: string;
  readonly at: number;
  readonly data: { readonly [field: string]: unknown };
}

const HOUR = 3_600_000;
const TARGETS: { readonly [severity: string]: number } = {
  ...{ low: 72 * HOUR, normal: 24 * HOUR, high: 8 * HOUR, critical: 4 * HOUR },
};
const ABOUT_CONTACTS = new Set(['NeedsIdentified', 'ContactTransferred', 'FollowUpCompleted']);

/** One issue, walked through event by event by the table of states. */
export class NaiveIssue {
  state: 'open' | 'waiting' | 'resolved' | 'confirmed' | 'closed' | undefined;
  openedAt = 0;
  category = 'unknown';
  transfers = 0;
  escalations = 0;
  reopens = 0;
  breachReported = false;
  breached = false;
  confirmed = false;
  /** Different contacts about it, in order. */
  readonly contacts: string[] = [];
  readonly escalatedIn = new Set<string>();
  firstResolvedAt: number | undefined;
  resolvedAt: number | undefined;
  openMillis = 0;
  respondedAt: number | undefined;
  private implied = false;
  private contactsToResolution = 0;
  private recurredAt: number | undefined;
  private spellFrom = 0;
  private lastContact: string | undefined;
  private awaits: 'not yet' | 'answer' | 'nothing' = 'not yet';
  private severity = 'normal';
  private reprioritised = false;
  private used = 0;
  private running: number | undefined;

  private constructor(readonly customer: string) {}

  /** Undefined where no event of its own is known. */
  static of(events: readonly NaiveEvent[], all: readonly NaiveEvent[]): NaiveIssue | undefined {
    const [{ customer, data }] = events as readonly [NaiveEvent];
    const issue = new NaiveIssue(customer);
    const people = new Set<string>();
    for (const event of all) {
      if (event.customer !== customer) continue;
      const contactId = event.data['contactId'] as string | undefined;
      if (event.type === 'CustomerGreeted' && event.data['agentKind'] === 'human') {
        people.add(contactId!);
        if (issue.contacts.includes(contactId!)) issue.answered(event.at);
      }
      if (event.data['issueId'] !== data['issueId']) continue;
      if (ABOUT_CONTACTS.has(event.type)) issue.mentioned(event, people);
      else if (/^(Issue|Resolution)/.test(event.type)) issue.happened(event, people);
    }
    return issue.state === undefined ? undefined : issue;
  }

  isResolvedInOneContact(limit: number): boolean {
    const cameUp = this.recurredAt !== undefined && this.recurredAt <= this.firstResolvedAt! + limit;
    return this.contactsToResolution <= 1 && !cameUp;
  }

  private get isOpen(): boolean {
    return this.state === 'open' || this.state === 'waiting';
  }

  private mentioned({ type, at, data }: NaiveEvent, people: ReadonlySet<string>): void {
    const contactId = data['contactId'] as string | undefined;
    if (contactId === undefined) return;
    const isNew = !this.contacts.includes(contactId);
    if (type !== 'FollowUpCompleted' && isNew && this.firstResolvedAt !== undefined) this.recurredAt ??= at;
    this.contacted(contactId, at, people);
  }

  private happened(event: NaiveEvent, people: ReadonlySet<string>): void {
    const { at, data } = event;
    const contactId = data['contactId'] as string | undefined;
    const isNew = contactId !== undefined && !this.contacts.includes(contactId);
    const before = this.state;
    this.tick(at);
    if (before === undefined) this.open(event);
    if (before !== undefined || event.type !== 'IssueRaised')
      this.change(event, this.contacts.length + (isNew ? 1 : 0));
    if (before === undefined && this.contacts.length > 0) this.await(at, people);
    if (contactId !== undefined) this.contacted(contactId, at, people);
    if (event.type === 'IssueEscalated' && this.lastContact !== undefined)
      this.escalatedIn.add(this.lastContact);
  }

  private open({ type, at, data }: NaiveEvent): void {
    this.state = 'open';
    this.openedAt = at;
    this.implied = type !== 'IssueRaised';
    if (!this.implied)
      [this.category, this.severity] = [data['category'] as string, data['severity'] as string];
    this.begin(at);
  }

  private begin(at: number): void {
    [this.spellFrom, this.running, this.used] = [at, at, 0];
  }

  private change({ type, at, data }: NaiveEvent, contacts: number): void {
    switch (type) {
      case 'IssueRaised':
        if (!this.implied) return;
        this.implied = false;
        this.category = data['category'] as string;
        if (!this.reprioritised) this.retarget(data['severity'] as string);
        return;
      case 'IssueWaiting':
        if (!this.isOpen) return;
        this.state = 'waiting';
        if (data['on'] === 'customer') this.running = undefined;
        else this.running ??= at;
        return;
      case 'IssueResumed':
        if (this.state === 'waiting') {
          this.state = 'open';
          this.running ??= at;
        } else if (this.state !== 'open') this.reopen(at);
        return;
      case 'IssueReopened':
        if (!this.isOpen) this.reopen(at);
        return;
      case 'IssueTransferred':
        this.transfers += 1;
        return;
      case 'IssueEscalated':
        this.escalations += 1;
        return;
      case 'IssueBreachReported':
        this.breachReported = true;
        return;
      case 'IssueReprioritised':
        this.reprioritised = true;
        this.retarget(data['severity'] as string);
        return;
      case 'ResolutionProvided':
        this.answered(at);
        if (this.isOpen) this.end('resolved', at, contacts);
        return;
      case 'ResolutionConfirmed':
        if (this.state === 'closed') return;
        this.end('confirmed', at, contacts);
        this.confirmed = true;
        return;
      case 'IssueClosed':
        this.end('closed', at, contacts);
    }
  }

  private retarget(severity: string): void {
    this.severity = severity;
    if (this.isOpen && this.used >= TARGETS[severity]!) this.breached = true;
  }

  private end(state: 'resolved' | 'confirmed' | 'closed', at: number, contacts: number): void {
    if (this.isOpen) {
      this.resolvedAt = at;
      this.openMillis += at - this.spellFrom;
      if (this.firstResolvedAt === undefined)
        [this.firstResolvedAt, this.contactsToResolution] = [at, contacts];
      if (this.awaits === 'answer') this.awaits = 'nothing';
    }
    this.running = undefined;
    this.state = state;
  }

  private reopen(at: number): void {
    this.recurredAt ??= at;
    this.resolvedAt = undefined;
    this.confirmed = false;
    this.reopens += 1;
    this.state = 'open';
    this.begin(at);
  }

  /** Time passes: a running clock uses it up, and breaches where it reaches its target. */
  private tick(at: number): void {
    if (this.running === undefined) return;
    this.used += at - this.running;
    this.running = at;
    if (this.used >= TARGETS[this.severity]!) this.breached = true;
  }

  private contacted(contactId: string, at: number, people: ReadonlySet<string>): void {
    this.lastContact = contactId;
    if (this.contacts.includes(contactId)) return;
    this.contacts.push(contactId);
    this.await(at, people);
  }

  /** From the first contact about an open issue on the customer waits for a person, who may be there already. */
  private await(at: number, people: ReadonlySet<string>): void {
    if (this.isOpen && this.awaits === 'not yet') this.awaits = 'answer';
    if (this.contacts.some((contactId) => people.has(contactId))) this.answered(at);
  }

  private answered(at: number): void {
    if (this.awaits !== 'answer') return;
    this.awaits = 'nothing';
    this.respondedAt = at;
  }
}
