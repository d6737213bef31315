import { compareOrder, type LinkRecord, type ParkedRecord } from '#event-sourcing';
import type { ReadPage } from '#event-store';
import { type ChunkChange, insertFacts, type TimelineFact } from '#journey';
import type { PolicyBook } from '#scoring';
import type { CustomerRecord, CustomerRef, PersonRecord } from '#views';
import type { NewCustomer } from './directory.js';
import {
  byCustomer,
  type CustomerEvents,
  customersOfLinks,
  type Incoming,
  reasonOf,
  tenantLink,
  type TenantLink,
  type TenantPolicy,
} from './incoming.js';
import { joined, personOf, personsOf, type ProjectedPerson } from './person.js';
import { policyJobs } from './policy-jobs.js';
import { readPage } from './read-page.js';
import { tenantsOf } from './tenants-of.js';
import type { ProjectorContext } from './projector-context.js';
import type { Derived, EventCounts, Progress } from './read-model.js';
import type { Advances } from './spread/spread-writer.js';
import { TouchedPersons } from './touched-persons.js';

/** New facts of one customer in a page, in business order. */
interface CustomerFacts {
  readonly tenant: string;
  readonly customer: CustomerRecord;
  /** As it was before the links of the page. */
  readonly record: PersonRecord;
  readonly facts: TimelineFact[];
  /** Whether some come before what is stored. */
  late: boolean;
}

/** Events to be brought into the read model: a page of the log, or some that were parked. */
export interface EventsToProject {
  readonly page: ReadPage;
  /** False: single events, wherever they are; the checkpoint stays. */
  readonly advances: boolean;
  /**
   * When the rows of the customers of the events are derived: `now`, in the same commit; `later`, in portions
   * (`PendingTables`), but for persons whose facts no longer count or belong to others; `rebuilt`, once all is read.
   */
  readonly rows: 'now' | 'later' | 'rebuilt';
  /** What was parked and is tried again. */
  readonly unparked?: readonly ParkedRecord[];
  /** Customers that are held no longer. */
  readonly released?: readonly CustomerRef[];
  /** The partitions of the topic that the events are from, where the projecting is spread. */
  readonly partitions?: Advances;
}

/**
 * Brings events into the timelines, links and policies, folds the persons that they touch, and commits all of it with
 * the checkpoint. What is read is read first, no transaction is open while folding.
 */
export async function projectEvents(context: ProjectorContext, events: EventsToProject): Promise<void> {
  try {
    await new Page(context, events, { trial: false }).project();
  } catch (error) {
    if (!(error instanceof UnpackableFacts)) throw error;
    // Which event it is that no chunk can hold is found by trying each of them: it is parked.
    context.forget();
    await context.begin();
    await new Page(context, events, { trial: true }).project();
  }
}

/** Some fact of a page that was not tried cannot be packed. */
class UnpackableFacts extends Error {}

class Page {
  private readonly incoming: Incoming;
  private newCustomers: readonly NewCustomer[] = [];
  private readonly changes = new Map<number, ChunkChange>();
  private readonly gone: ProjectedPerson[] = [];
  private readonly relinked = new Map<number, ProjectedPerson>();
  private readonly held: CustomerRef[] = [];

  constructor(
    private readonly context: ProjectorContext,
    private readonly events: EventsToProject,
    private readonly tried: { readonly trial: boolean },
  ) {
    this.incoming = readPage(context, events.page.events, tried);
  }

  async project(): Promise<void> {
    const { context, incoming } = this;
    const { advances, rows, released = [], unparked = [], partitions } = this.events;
    const links = incoming.facts.flatMap((fact) => tenantLink(fact) ?? []);
    const next = context.progress.customers + 1;
    const events = byCustomer(incoming.facts);
    this.newCustomers = await context.directory.load(this.customersNamed(events, links), next);
    for (const { tenant, customer } of released) this.release(tenant, customer);
    for (const record of incoming.unreadable) this.holdAt(record);
    const groups = await this.intoTimelines(events);
    this.link(links);
    const policies = await this.newPolicies();
    const books = await this.books(groups, policies);
    const derived = context.changeOf(await this.derive(groups, books));
    const added = groups.reduce((sum, { facts }) => sum + facts.length, 0);
    const jobs = await policyJobs(context, books);
    const change = {
      progress: this.progressAfter(added, policies.length),
      customers: this.newCustomers,
      held: [...[...this.held, ...released].map((ref) => this.heldOf(ref)), ...derived.held],
      chunks: [...this.changes].map(([customer, change]) => ({ customer, change })),
      tenants: tenantsOf(groups),
      links,
      policies,
      parked: [...incoming.unreadable, ...derived.parked],
      unparked: [...unparked, ...derived.unparked],
      rows: derived.rows,
      ...jobs,
    };
    const isNext = advances && rows !== 'rebuilt' && partitions === undefined;
    await (isNext ? context.commitAhead(change) : context.commit(change, partitions));
    for (const { position, reason } of [...incoming.unreadable, ...derived.parked]) {
      context.log('error', 'an event or a row cannot be projected and is parked', {
        position: String(position),
        reason,
      });
    }
  }

  private customersNamed(
    events: readonly CustomerEvents[],
    links: readonly TenantLink[],
  ): readonly CustomerRef[] {
    return [
      ...events,
      ...customersOfLinks(links),
      ...this.incoming.unreadable.filter(({ customer }) => customer !== ''),
      ...(this.events.released ?? []),
    ];
  }

  /** Nothing beyond an event that cannot be read is folded of its customer. */
  private holdAt({ tenant, customer, position }: ParkedRecord): void {
    if (customer === '') return;
    const record = this.recordOf(tenant, customer);
    const heldAt = Math.min(record.heldAt ?? Infinity, Number(position));
    if (heldAt === record.heldAt) return;
    this.context.directory.hold(tenant, customer, heldAt);
    this.held.push({ tenant, customer });
    this.refold(tenant, this.context.directory.get(tenant, customer), customer);
  }

  private release(tenant: string, customer: string): void {
    this.context.directory.hold(tenant, customer, null);
    this.refold(tenant, this.context.directory.get(tenant, customer), customer);
  }

  /** Puts the facts into the chunks of their customers; answers those that were not there. */
  private async intoTimelines(events: readonly CustomerEvents[]): Promise<readonly CustomerFacts[]> {
    const { context } = this;
    const groups = events.map((one) => this.inOrder(one));
    for (const { tenant, customer } of groups) context.touch(tenant, [customer]);
    const ends = await context.tails.load(
      groups.map(({ customer }) => customer),
      (number) => context.isNew(number),
    );
    const { layouts } = context;
    const late: CustomerFacts[] = [];
    for (const [i, { customer, facts }] of groups.entries()) {
      const end = ends[i]!;
      const isBehind = end.last === undefined || compareOrder(facts[0]!, end.last) > 0;
      if (isBehind)
        this.changes.set(
          customer.number,
          this.packing(() => end.append(facts, layouts)),
        );
      else late.push(groups[i]!);
    }
    await this.insertLate(late);
    return late.length === 0 ? groups : groups.filter(({ facts }) => facts.length > 0);
  }

  private async insertLate(late: readonly CustomerFacts[]): Promise<void> {
    if (late.length === 0) return;
    const { context } = this;
    const timelines = await context.stored.timelines(late.map(({ customer }) => customer));
    late.forEach((group, i) => {
      const { added, ...change } = this.packing(() =>
        insertFacts(timelines[i]!.chunks, group.facts, context.layouts),
      );
      group.facts.splice(0, Infinity, ...added);
      group.late = true;
      if (added.length > 0) this.changes.set(group.customer.number, change);
      context.tails.forget(group.customer.number);
    });
  }

  private packing<T>(pack: () => T): T {
    try {
      return pack();
    } catch (error) {
      throw this.tried.trial ? error : new UnpackableFacts(reasonOf(error));
    }
  }

  /** The facts of a customer in business order, each once. */
  private inOrder({ tenant, customer: name, facts }: CustomerEvents): CustomerFacts {
    const record = this.context.directory.get(tenant, name);
    const group = { tenant, customer: memberOf(record, name), record, facts, late: false };
    if (facts.length === 1) return group;
    facts.sort(compareOrder);
    const once = facts.filter((fact, i) => i === 0 || compareOrder(facts[i - 1]!, fact) !== 0);
    return once.length === facts.length ? group : { ...group, facts: once };
  }

  /** Joins and separates persons; a person whose members have changed is folded again. */
  private link(links: readonly TenantLink[]): void {
    for (const { tenant, ...link } of links) {
      const { directory } = this.context;
      const before = new Set([directory.get(tenant, link.survivor), directory.get(tenant, link.merged)]);
      const after = joined([...before], [link as LinkRecord]);
      const persons = personsOf(tenant, after);
      this.context.touch(tenant, after.customers);
      const survivors = new Set(persons.map(({ survivor }) => survivor.number));
      for (const person of [...before].flatMap((record) => personsOf(tenant, record))) {
        this.relinked.delete(person.survivor.number);
        if (!survivors.has(person.survivor.number)) this.gone.push(person);
      }
      directory.set(tenant, after);
      for (const person of persons) this.relinked.set(person.survivor.number, person);
    }
  }

  private refold(tenant: string, record: PersonRecord, customer: string): void {
    const person = personOf(tenant, record, customer);
    this.relinked.set(person.survivor.number, person);
  }

  private async newPolicies(): Promise<readonly TenantPolicy[]> {
    const fresh: TenantPolicy[] = [];
    for (const policy of this.incoming.policies) {
      const stored = (await this.context.stored.tenant(policy.tenant))?.policies ?? [];
      const known = [...stored, ...fresh.filter(({ tenant }) => tenant === policy.tenant)];
      if (!known.some(({ eventId }) => eventId === policy.eventId)) fresh.push(policy);
    }
    return fresh;
  }

  /** The policy books of all tenants that this page touches. */
  private async books(
    groups: readonly CustomerFacts[],
    policies: readonly TenantPolicy[],
  ): Promise<ReadonlyMap<string, PolicyBook>> {
    const tenants = new Set([
      ...groups.map(({ tenant }) => tenant),
      ...policies.map(({ tenant }) => tenant),
      ...[...this.relinked.values()].map(({ tenant }) => tenant),
    ]);
    const books = new Map<string, PolicyBook>();
    for (const tenant of tenants) {
      const own = policies.filter((policy) => policy.tenant === tenant);
      books.set(tenant, await this.context.policies.bookOf(tenant, own));
    }
    return books;
  }

  private async derive(
    groups: readonly CustomerFacts[],
    books: ReadonlyMap<string, PolicyBook>,
  ): Promise<Derived> {
    const pending = this.events.rows === 'later' ? this.context.pending : undefined;
    const touched = new TouchedPersons(this.context, (tenant) => books.get(tenant)!, pending);
    touched.gone(this.gone.filter(({ survivor }) => !this.relinked.has(survivor.number)));
    if (this.events.rows !== 'rebuilt') await this.fold(touched, groups);
    return touched.derived;
  }

  private async fold(touched: TouchedPersons, groups: readonly CustomerFacts[]): Promise<void> {
    const now = new Map(this.relinked);
    const again: ProjectedPerson[] = [];
    const persons = new Map<number, { readonly person: ProjectedPerson; readonly own: CustomerFacts[] }>();
    for (const group of groups) {
      // New events lie beyond the one at which it is held: nothing of them is folded.
      if (group.customer.heldAt !== null) continue;
      const isLinked = this.relinked.size > 0;
      const record = isLinked ? this.context.directory.get(group.tenant, group.customer.name) : group.record;
      const person = personOf(group.tenant, record, group.customer.name);
      const known = persons.get(person.survivor.number);
      if (known === undefined) persons.set(person.survivor.number, { person, own: [group] });
      else known.own.push(group);
    }
    for (const [number, { person, own }] of persons) {
      if (now.has(number) || this.foldOn(touched, person, own)) continue;
      // What a list shows of somebody is never of a fact that the timeline does not have any more.
      if (own.some((one) => one.facts.some(({ type }) => type === 'EventRetracted'))) now.set(number, person);
      else again.push(person);
    }
    await touched.foldAgain([...now.values()], this.changes);
    await touched.foldLate(again, this.changes);
  }

  /** Folds new facts onto a kept state, where they come in order and no retraction plays a part. */
  private foldOn(
    touched: TouchedPersons,
    person: ProjectedPerson,
    groups: readonly CustomerFacts[],
  ): boolean {
    const kept = this.context.persons.get(person.survivor.number);
    if (kept === undefined || groups.some(({ late }) => late)) return false;
    // Its stored rows are to be compared first.
    if (kept.rows === undefined && this.events.rows === 'now') return false;
    if (person.members.some(({ heldAt }) => heldAt !== null)) return false;
    const [one] = groups;
    const facts =
      groups.length === 1 ? one!.facts : groups.flatMap((group) => group.facts).sort(compareOrder);
    if (kept.last !== undefined && compareOrder(facts[0]!, kept.last) <= 0) return false;
    const { targets } = kept;
    const retracts = facts.some(
      ({ type, eventId }) => type === 'EventRetracted' || (targets.size > 0 && targets.has(eventId)),
    );
    return !retracts && touched.foldOn(person, kept, facts);
  }

  private progressAfter(added: number, policies: number): Partial<Progress> {
    const { context, events, incoming } = this;
    const before = context.progress;
    const { page, advances, rows, unparked = [] } = events;
    const { counts } = before;
    const found = incoming.facts.length + incoming.policies.length;
    const after: EventCounts = {
      read: counts.read + (advances ? page.events.length : 0),
      timeline: counts.timeline + added,
      duplicates: counts.duplicates + found - added - policies,
      policies: counts.policies + policies,
      ignored: counts.ignored + incoming.ignored,
      parked:
        counts.parked + incoming.unreadable.length - unparked.filter(({ view }) => view === null).length,
    };
    const checkpoint = advances ? page.scannedTo : before.checkpoint;
    return {
      checkpoint,
      tablesAt: rows === 'now' && before.tablesAt === before.checkpoint ? checkpoint : before.tablesAt,
      lastEventId: advances && page.events.length > 0 ? incoming.lastEventId : before.lastEventId,
      counts: after,
      customers: before.customers + this.newCustomers.length,
    };
  }

  private heldOf({ tenant, customer }: CustomerRef) {
    const { number, heldAt } = this.recordOf(tenant, customer);
    return { customer: number, heldAt };
  }

  private recordOf(tenant: string, customer: string): CustomerRecord {
    return memberOf(this.context.directory.get(tenant, customer), customer);
  }
}

function memberOf({ customers }: PersonRecord, customer: string): CustomerRecord {
  return customers.length === 1 ? customers[0]! : customers.find(({ name }) => name === customer)!;
}
