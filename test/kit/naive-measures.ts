import { eventIdOf } from '#event-sourcing';
import { latestOf } from '#journey';
import { contactHandoffs, issueHandoffs, wentBack } from './naive-handoffs.js';
import { type NaiveEvent, NaiveIssue } from './naive-issue.js';
import { SOURCE, type TestEvent } from './test-event.js';

type Data = { readonly [field: string]: unknown };

/** One case of a measure. */
export interface NaiveCase {
  readonly at: number;
  /** Whether it is counted in the numerator. */
  readonly hit?: boolean;
  /** −1, 0 or 1 for differences; a number for means and percentiles. */
  readonly value?: number;
  /** Part and whole of a ratio. */
  readonly part?: number;
  readonly whole?: number;
  /** Of a stock: when it left. */
  readonly until?: number;
  /** Only the last case of a bucket with the same voter counts. */
  readonly voter?: string;
  /** False: it decides the vote, and says nothing of what is measured. */
  readonly counts?: boolean;
  readonly by?: { readonly [dimension: string]: string | null };
}

const IDENTITY = new Set(['CustomersMerged', 'CustomersUnmerged', 'CustomerErased', 'EventRetracted']);
const OWN_CONTACT = new Set([
  ...['ContactStarted', 'CustomerGreeted', 'NeedsIdentified', 'ContactTransferred', 'ReturnInvited'],
  'ContactEnded',
]);
const text = (value: unknown): string | null => (value === undefined ? null : (value as string));
const seconds = (value: unknown): number | undefined =>
  value === undefined ? undefined : Math.round((value as number) * 1_000);

/**
 * Measures worked out from the raw events, slowly and without the program's folds: each question goes through all events
 * again. Policies are the defaults, business hours round the clock.
 */
export class NaiveMeasures {
  private readonly persons: ReadonlyMap<string, string>;
  private readonly events: readonly NaiveEvent[];
  private foundIssues: readonly NaiveIssue[] | undefined;

  constructor(
    told: readonly TestEvent[],
    private readonly asOf: number,
    /** The bands of churn risk by person: how they come about is tested where risk is. */
    private readonly bands: ReadonlyMap<string, string> = new Map(),
  ) {
    const sorted = inOrder(told);
    this.persons = personsOf(sorted);
    const person = (customer: string) => this.persons.get(customer) ?? customer;
    const gone = new Set(
      sorted
        .filter(({ type }) => type === 'EventRetracted')
        .map(({ customer, data }) => `${person(customer)} ${String((data as Data)['eventId'])}`),
    );
    this.events = sorted
      .filter(({ type, customer, id }) => !IDENTITY.has(type) && !gone.has(`${person(customer)} ${id!}`))
      .map(({ type, customer, at, data }) => ({ type, customer, at: Number(at), data: (data ?? {}) as Data }))
      .filter(({ at }) => at <= asOf);
  }

  /** Everybody of whom something is known, by the survivor. */
  get customers(): ReadonlySet<string> {
    return new Set(this.events.map(({ customer }) => this.personOf(customer)));
  }

  private personOf(customer: string): string {
    return this.persons.get(customer) ?? customer;
  }

  /** The cases of a measure; undefined where it is not known here. */
  casesOf(measure: string): readonly NaiveCase[] | undefined {
    return (
      this.contactCases(measure) ??
      this.handoffCases(measure) ??
      this.agentCases(measure) ??
      this.issueCases(measure) ??
      this.otherCases(measure)
    );
  }

  private of(...types: string[]): readonly NaiveEvent[] {
    return this.events.filter(({ type }) => types.includes(type));
  }

  /** Everything of one kind of thing, by its id and the customer that it was published to. */
  private things(field: string): readonly (readonly NaiveEvent[])[] {
    const things = new Map<string, NaiveEvent[]>();
    for (const event of this.events) {
      if (event.data[field] === undefined) continue;
      const key = `${event.customer} ${String(event.data[field])}`;
      things.set(key, [...(things.get(key) ?? []), event]);
    }
    return [...things.values()];
  }

  private contactCases(measure: string): readonly NaiveCase[] | undefined {
    const contacts = this.things('contactId')
      .map((events) => this.contactOf(events))
      .filter((contact) => contact !== undefined);
    const queued = contacts.filter(({ inbound, wait }) => inbound && wait !== undefined);
    const handled = contacts.filter(({ handledBy }) => handledBy !== null);
    switch (measure) {
      case 'contacts':
        return contacts;
      case 'abandonment':
        return queued.filter(({ callback }) => !callback).map((one) => ({ ...one, hit: one.abandoned }));
      case 'service-level':
        return queued.map((one) => ({ ...one, hit: one.wait! <= 20_000 }));
      case 'average-speed-of-answer':
        return queued.filter(({ answered }) => answered).map((one) => ({ ...one, value: one.wait! }));
      case 'answer-rate':
        return queued.map((one) => ({ ...one, hit: one.answered }));
      case 'reachability':
        return queued.map((one) => ({ ...one, hit: one.answered }));
      case 'contacts-outside-hours':
        return contacts.filter(({ inbound }) => inbound).map((one) => ({ ...one, hit: false }));
      case 'time-to-needs':
      case 'time-to-meet':
      case 'time-to-confirm':
      case 'time-to-invite':
        return contacts.flatMap((one) => {
          const value = one.stepTimes[STEP_TIMES.indexOf(measure) + 1];
          return value === undefined ? [] : [{ ...one, value }];
        });
      case 'average-handle-time':
        return handled
          .filter(({ handledBy, handle }) => handledBy === 'human' && handle !== undefined)
          .map((one) => ({ ...one, value: one.handle! }));
      case 'bot-only-rate':
        return handled.map((one) => ({ ...one, hit: one.handledBy === 'bot' }));
      case 'transfer-rate':
        return handled.map((one) => ({ ...one, hit: one.transfers > 0 }));
      case 'contact-escalation-rate':
        return contacts.map((one) => ({ ...one, hit: one.escalated }));
      case 'repeated-information-rate':
        return contacts
          .filter(({ transfers }) => transfers > 0)
          .map((one) => ({ ...one, hit: one.repeated > 0 }));
      case 'equation-completeness':
        return contacts
          .filter(({ ended }) => ended)
          .map((one) => ({ ...one, part: one.steps.done, whole: one.steps.applicable }));
      case 'survey-coverage':
        return contacts.filter(({ ended }) => ended).map((one) => ({ ...one, hit: one.surveyed }));
      default:
        return undefined;
    }
  }

  private contactOf(all: readonly NaiveEvent[]) {
    const own = all.filter(({ type }) => OWN_CONTACT.has(type));
    if (own.length === 0) return undefined;
    const { at, customer } = own[0]!;
    const id = own[0]!.data['contactId'];
    const every = (type: string) => own.filter((event) => event.type === type);
    const started = every('ContactStarted').at(-1)?.data;
    const people = every('CustomerGreeted').filter(({ data }) => data['agentKind'] === 'human');
    const end = every('ContactEnded')[0];
    const abandoned = end?.data['disposition'] === 'abandoned';
    const waitOfEnd = seconds(end?.data['waitSeconds']);
    const gaveUp = abandoned ? (waitOfEnd ?? end!.at - at) : undefined;
    const answer = people[0];
    const wait = answer ? (seconds(answer.data['waitSeconds']) ?? waitOfEnd ?? answer.at - at) : gaveUp;
    const times = ['talkSeconds', 'holdSeconds', 'afterContactSeconds'].map((name) =>
      seconds(end?.data[name]),
    );
    const known = times.filter((time) => time !== undefined);
    const transferred = every('ContactTransferred');
    return {
      at,
      inbound: started?.['direction'] === 'inbound',
      wait,
      answered: answer !== undefined,
      abandoned,
      callback: this.callbacks().has(`${customer} ${String(id)}`),
      handledBy: answer ? 'human' : every('CustomerGreeted').length > 0 ? 'bot' : null,
      handle: known.length === 0 ? undefined : known.reduce((a, b) => a + b, 0),
      transfers: transferred.length,
      repeated: transferred.filter(({ data }) => data['informationRepeated'] === true).length,
      escalated: this.escalatedContacts().has(`${customer} ${String(id)}`),
      ended: end !== undefined,
      steps: stepsOf(all, end?.data['disposition'] === 'completed'),
      stepTimes: stepTimesOf(all),
      surveyed: all.some(({ type }) => type === 'SurveySent'),
      by: { channel: text(started?.['channel']) },
    };
  }

  /** A case for each agent who greeted the customer in a contact: how long each was there decides the parts of times. */
  private agentCases(measure: string): readonly NaiveCase[] | undefined {
    if (!/^agent-(contacts|hand-overs|handle-time)$/.test(measure)) return undefined;
    return this.things('contactId').flatMap((events) => {
      const contact = this.contactOf(events);
      const greetings = events.filter(({ type }) => type === 'CustomerGreeted');
      const handOvers = events.filter(({ type }) => type === 'ContactTransferred');
      if (contact === undefined) return [];
      const agents = [...new Set(greetings.map(({ data }) => data['agentId'] as string))];
      const handedOn = new Set(
        handOvers.map((event) => {
          const { fromAgentId: named } = event.data;
          if (named === undefined) return lastGreeter(events, event);
          const before = events.slice(0, events.indexOf(event));
          return before.some(({ type, data }) => type === 'CustomerGreeted' && data['agentId'] === named)
            ? named
            : undefined;
        }),
      );
      if (measure === 'agent-contacts') return agents.map(() => ({ at: contact.at }));
      if (measure === 'agent-hand-overs')
        return agents.map((agent) => ({ at: contact.at, hit: handedOn.has(agent) }));
      // The parts of all agents add up to the whole, so their sum is known without the parts.
      return contact.handle === undefined
        ? []
        : agents.map((_, i) => ({ at: contact.at, value: i === 0 ? contact.handle! : 0 }));
    });
  }

  private handoffCases(measure: string): readonly NaiveCase[] | undefined {
    const who = ({ 'agent-hand-backs': 'agent', 'team-hand-backs': 'team' } as const)[measure];
    if (who === undefined && measure !== 'hand-offs') return undefined;
    const handoffs = [
      ...this.things('contactId').flatMap(contactHandoffs),
      ...this.things('issueId').flatMap(issueHandoffs),
    ];
    if (who === undefined) return handoffs.map(({ at }) => ({ at }));
    return handoffs.flatMap((one) => {
      const hit = wentBack(one, who);
      return hit === undefined ? [] : [{ at: one.at, hit }];
    });
  }

  /** Contacts of a promised callback: the one of the person that began last, if it is the publisher's and goes on. */
  private callbacks(): ReadonlySet<string> {
    const found = new Set<string>();
    const latest = new Map<string, NaiveEvent>();
    const ended = new Set<string>();
    for (const event of this.events) {
      const person = this.personOf(event.customer);
      const key = `${event.customer} ${String(event.data['contactId'])}`;
      if (event.type === 'ContactStarted') latest.set(person, event);
      if (event.type === 'ContactEnded') ended.add(key);
      if (event.type !== 'PromiseMade' || event.data['kind'] !== 'callback') continue;
      const contact = latest.get(person);
      if (contact === undefined || contact.customer !== event.customer) continue;
      const its = `${contact.customer} ${String(contact.data['contactId'])}`;
      if (!ended.has(its)) found.add(its);
    }
    return found;
  }

  private escalatedContacts(): ReadonlySet<string> {
    const found = new Set<string>();
    for (const issue of this.issues())
      for (const contactId of issue.escalatedIn) found.add(`${issue.customer} ${contactId}`);
    return found;
  }

  private issues(): readonly NaiveIssue[] {
    return (this.foundIssues ??= this.things('issueId')
      .map((events) => NaiveIssue.of(events, this.events))
      .filter((issue) => issue !== undefined));
  }

  private issueCases(measure: string): readonly NaiveCase[] | undefined {
    const raised = this.issues().map((issue) => ({
      at: issue.openedAt,
      issue,
      by: { category: issue.category },
    }));
    const first = raised
      .filter(({ issue }) => issue.firstResolvedAt !== undefined)
      .map((one) => ({ ...one, at: one.issue.firstResolvedAt! }));
    const last = raised
      .filter(({ issue }) => issue.resolvedAt !== undefined)
      .map((one) => ({ ...one, at: one.issue.resolvedAt! }));
    const name = measure.replace(/-business$/, '');
    switch (name) {
      case 'issues-created':
        return raised;
      case 'issues-resolved':
        return last;
      case 'backlog':
      case 'backlog-age':
        return raised.map((one) => ({ ...one, until: one.issue.resolvedAt ?? Infinity }));
      case 'issue-transfer-rate':
        return raised.map((one) => ({ ...one, hit: one.issue.transfers > 0 }));
      case 'breach-reported-rate':
        return raised.map((one) => ({ ...one, hit: one.issue.breachReported }));
      case 'escalation-rate':
        return raised.map((one) => ({ ...one, hit: one.issue.escalations > 0 }));
      case 'reopen-rate':
        return first.map((one) => ({ ...one, hit: one.issue.reopens > 0 }));
      case 'repeat-contact-rate':
        return raised
          .filter(({ issue }) => issue.contacts.length > 0)
          .map((one) => ({ ...one, hit: one.issue.contacts.length > 1 }));
      case 'first-contact-resolution':
        return first.map((one) => ({ ...one, hit: one.issue.isResolvedInOneContact(7 * 86_400_000) }));
      case 'first-response':
        return raised
          .filter(({ issue }) => issue.respondedAt !== undefined)
          .map((one) => ({ ...one, value: one.issue.respondedAt! - one.issue.openedAt }));
      case 'first-resolution-time':
        return first.map((one) => ({ ...one, value: one.issue.firstResolvedAt! - one.issue.openedAt }));
      case 'resolution-time':
        return last.map((one) => ({ ...one, value: one.issue.openMillis }));
      case 'confirmation-rate':
        return last.map((one) => ({ ...one, hit: one.issue.confirmed }));
      case 'sla-attainment':
        return last.map((one) => ({ ...one, hit: !one.issue.breached }));
      default:
        return undefined;
    }
  }

  private otherCases(measure: string): readonly NaiveCase[] | undefined {
    switch (measure) {
      case 'promise-keeping':
        return this.promises().map((one) => ({ ...one, hit: !one.missed }));
      case 'follow-up-rate':
        return this.promises()
          .filter(({ by: { kind } }) => kind === 'follow-up' || kind === 'callback')
          .map((one) => ({ ...one, hit: one.done }));
      case 'survey-response-rate':
        return this.surveys();
      case 'purchases':
        return this.of('PurchaseMade').map((event) => ({ ...event, by: currencyOf(event) }));
      case 'revenue':
        return this.amounts();
      case 'revenue-at-risk':
        return this.amounts((customer) =>
          ['high', 'critical'].includes(this.bands.get(this.personOf(customer)) ?? ''),
        );
      case 'return-rate':
        return this.of('PurchaseMade', 'PurchaseReturned').map((event) => ({
          ...{ at: event.at, hit: event.type === 'PurchaseReturned', by: currencyOf(event) },
        }));
      case 'offer-acceptance':
        return this.offers('accepted');
      case 'offer-suitability':
        return this.offers('suitable');
      case 'mention-sentiment':
        return this.of('PublicMentionPosted')
          .filter(({ data }) => data['sentiment'] !== undefined)
          .map(({ at, data }) => ({ at, value: (data['sentiment'] as number) * 1_000_000 }));
      case 'referrals':
        return this.of('ReferralMade');
      default:
        return this.answerCases(measure);
    }
  }

  /** In cents: the histories know currencies with two decimal places only. */
  private amounts(counts: (customer: string) => boolean = () => true): readonly NaiveCase[] {
    return this.of('PurchaseMade')
      .filter(({ customer }) => counts(customer))
      .map((event) => ({
        ...{ at: event.at, value: Math.round(Number(event.data['amount']) * 100), by: currencyOf(event) },
      }));
  }

  private promises() {
    const found = this.things('promiseId').flatMap((events) => {
      const [made] = events.filter(({ type }) => type === 'PromiseMade');
      if (made === undefined) return [];
      let due: number | undefined;
      let settled: { readonly at: number; readonly kept: boolean } | undefined;
      let missedBefore = false;
      let kind: unknown;
      for (const { type, at, data } of events) {
        if (type === 'PromiseMade') {
          if (settled === undefined && due !== undefined && due + 1 <= at) missedBefore = true;
          due = Date.parse(data['dueAt'] as string);
          kind = data['kind'];
        } else settled ??= { at, kept: type !== 'PromiseBroken' };
      }
      const inTime = settled !== undefined && settled.kept && settled.at <= due!;
      const missed = missedBefore || !inTime;
      return [{ at: due!, missed, done: settled?.kept ?? false, by: { kind: text(kind) } }];
    });
    return found.filter(({ at }) => at < this.asOf);
  }

  private surveys(): readonly NaiveCase[] {
    const sent = new Map<string, NaiveEvent>();
    const key = ({ customer, data }: NaiveEvent) =>
      `${customer} ${String(data['survey'])} ${String(data['surveyId'])}`;
    for (const event of this.of('SurveySent')) if (!sent.has(key(event))) sent.set(key(event), event);
    const answered = new Set(this.of('FeedbackGiven').map(key));
    return [...sent].map(([id, { at, data }]) => ({
      ...{ at, hit: answered.has(id), by: { survey: text(data['survey']) } },
    }));
  }

  private offers(field: string): readonly NaiveCase[] {
    return this.things('offerId').flatMap((events) => {
      const said = events.filter(({ data }) => data[field] !== undefined).at(-1);
      return said === undefined ? [] : [{ at: events[0]!.at, hit: said.data[field] === true }];
    });
  }

  private answerCases(measure: string): readonly NaiveCase[] | undefined {
    const answers = this.answers();
    const of = (survey: string) => answers.filter(({ survey: one }) => one === survey);
    const known = (some: typeof answers) =>
      some.map((one) => ({ ...one, counts: one.gap !== undefined, value: (one.gap ?? 0) * 1_000_000 }));
    switch (measure) {
      case 'csat':
        return of('csat').map((one) => ({ ...one, hit: one.score >= 4 }));
      case 'ces':
        return of('ces').map((one) => ({ ...one, hit: one.score >= 5 }));
      case 'ces-mean':
        return of('ces').map((one) => ({ ...one, value: one.score * 1_000_000 }));
      case 'nps':
        return of('nps').map((one) => ({ ...one, value: one.score >= 9 ? 1 : one.score <= 6 ? -1 : 0 }));
      case 'rater':
        return of('rater').map((one) => ({ ...one, value: one.score * 1_000_000 }));
      case 'rater-gap':
        return known(of('rater'));
      case 'disconfirmation':
        return known(answers);
      case 'detractor-recovery':
        return of('nps').flatMap(({ at, score, voter }, i, all) => {
          if (score > 6) return [];
          const next = all.slice(i + 1).find((one) => one.voter === voter);
          return [{ at, hit: next !== undefined && next.score >= 7 }];
        });
      default:
        return undefined;
    }
  }

  /** The answers that hold, each with its voter: one person, one kind, one dimension. */
  private answers() {
    const given = this.of('FeedbackGiven');
    const survey = ({ customer, data }: NaiveEvent) =>
      data['surveyId'] === undefined
        ? undefined
        : [customer, data['survey'], data['surveyId'], data['dimension']].join(' ');
    return given
      .filter((event, i) => {
        const id = survey(event);
        return id === undefined || !given.slice(i + 1).some((later) => survey(later) === id);
      })
      .map((event) => {
        const { at, customer, data } = event;
        const [kind, dimension] = [String(data['survey']), text(data['dimension'])];
        const score = data['score'] as number;
        const perceived = kind === 'nps' ? undefined : kind === 'csat' ? 1 + (score - 1) * 1.5 : score;
        const expected = this.expectedBy(event);
        const gap = perceived === undefined || expected === undefined ? undefined : perceived - expected;
        const voter = `${this.personOf(customer)} ${kind} ${String(dimension)}`;
        return { at, survey: kind, score, gap, voter, by: { dimension, survey: kind } };
      });
  }

  /** As said with the answer, else with the latest need of its contact, else of its issue. */
  private expectedBy(answer: NaiveEvent): number | undefined {
    const { data } = answer;
    if (data['expectation'] !== undefined) return data['expectation'] as number;
    const before = this.events.slice(0, this.events.indexOf(answer));
    for (const field of ['contactId', 'issueId']) {
      if (data[field] === undefined) continue;
      const need = before.findLast(
        (event) =>
          event.type === 'NeedsIdentified' &&
          event.customer === answer.customer &&
          event.data[field] === data[field] &&
          event.data['expectation'] !== undefined,
      );
      if (need !== undefined) return need.data['expectation'] as number;
    }
    return undefined;
  }
}

function currencyOf({ data }: NaiveEvent) {
  return { currency: text(data['currency']) };
}

/** Who had greeted last before an event of a contact that had not ended. */
function lastGreeter(events: readonly NaiveEvent[], at: NaiveEvent): string | undefined {
  const before = events.slice(0, events.indexOf(at));
  if (before.some(({ type }) => type === 'ContactEnded')) return undefined;
  return before.findLast(({ type }) => type === 'CustomerGreeted')?.data['agentId'] as string | undefined;
}

const STEPS = [
  ...['CustomerGreeted', 'NeedsIdentified', 'ResolutionProvided', 'ResolutionConfirmed', 'ReturnInvited'],
] as const;
const STEP_TIMES = ['time-to-needs', 'time-to-meet', 'time-to-confirm', 'time-to-invite'];

/** How long each step took since the latest earlier step that was done before it. */
function stepTimesOf(all: readonly NaiveEvent[]): readonly (number | undefined)[] {
  const first = STEPS.map((step) => all.find(({ type }) => type === step)?.at);
  return first.map((at, i) => {
    const earlier = first
      .slice(0, i)
      .filter((other) => other !== undefined && at !== undefined && other <= at);
    return earlier.length === 0 ? undefined : at! - Math.max(...(earlier as number[]));
  });
}

function stepsOf(all: readonly NaiveEvent[], completed: boolean) {
  const has = (type: string) => all.some((event) => event.type === type);
  const steps = STEPS.map(has);
  const done = steps.filter(Boolean).length;
  const need = steps[1]! || steps[2]! || steps[3]! || has('IssueRaised');
  if (completed) return { done, applicable: need ? 5 : 3 };
  return { done, applicable: Math.min(5, done + 1) };
}

function inOrder(told: readonly TestEvent[]): readonly TestEvent[] {
  const key = (event: TestEvent) =>
    [
      ...[Number(event.at), event.sequence ?? 0, latestOf(event.type).step],
      eventIdOf('default', SOURCE, event.id!),
    ] as const;
  const keyed = told.map((event) => ({ event, key: key(event) }));
  keyed.sort((a, b) => {
    for (let i = 0; i < 4; i++) {
      const [left, right] = [a.key[i]!, b.key[i]!];
      if (left !== right) return left < right ? -1 : 1;
    }
    return 0;
  });
  return keyed.map(({ event }) => event);
}

/** Who belongs together: merges in order, one that joins what is joined does nothing; an unmerge cuts a direct merge. */
function personsOf(sorted: readonly TestEvent[]): ReadonlyMap<string, string> {
  let merges: (readonly [string, string])[] = [];
  for (const { type, customer, data } of sorted) {
    const other = String((data as Data | undefined)?.['mergedId']);
    if (type === 'CustomersMerged') {
      const groups = components(merges);
      if (customer !== other && (groups.get(customer) ?? customer) !== (groups.get(other) ?? other))
        merges.push([customer, other]);
    }
    if (type === 'CustomersUnmerged')
      merges = merges.filter((pair) => !(pair.includes(customer) && pair.includes(other)));
  }
  return components(merges);
}

/** Each identity with the smallest name of its group. */
function components(pairs: readonly (readonly [string, string])[]): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const name of pairs.flat()) names.set(name, name);
  for (let changed = true; changed;) {
    changed = false;
    for (const pair of pairs) {
      const least = pair.map((name) => names.get(name)!).sort()[0]!;
      for (const name of pair) {
        if (names.get(name) === least) continue;
        names.set(name, least);
        changed = true;
      }
    }
  }
  return names;
}
