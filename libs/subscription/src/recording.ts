import {
  compareOrder,
  type LinkRecord,
  type NewTimelineRow,
  type Position,
  type ReadModelTransaction,
  type RetractionRecord,
  type TimelineRow,
} from '#event-sourcing';
import { foldLinks, unpackFact, type TouchpointRegistry } from '#journey';
import { Disturbances } from './disturbances.js';
import { linksOf, retractionsOf, type Incoming, type IncomingFact } from './incoming.js';

/** What recording a page came to. */
export interface Recorded {
  readonly disturbances: Disturbances;
  /** New rows of the timeline. */
  readonly rows: number;
  readonly policies: number;
  readonly duplicates: number;
  /** Tenants that published policies. */
  readonly tenants: ReadonlySet<string>;
}

/** Brings the events of a page into the timeline, links, retractions and policies; says whom that disturbs. */
export class Recording {
  private readonly disturbances = new Disturbances();

  constructor(
    private readonly transaction: ReadModelTransaction,
    private readonly registry: TouchpointRegistry,
  ) {}

  async record(incoming: Incoming): Promise<Recorded> {
    const links = linksOf(incoming.facts);
    const retractions = retractionsOf(incoming.facts);
    await this.transaction.addRetractions(retractions);
    if (links.length > 0) await this.join(links);
    const rows = await this.insert(incoming.facts);
    for (const { tenant, customer, target } of retractions) await this.review(tenant, [customer], target);
    const policies = (await this.transaction.addPolicies(incoming.policies)).filter((isNew) => isNew).length;
    await this.transaction.park(incoming.unreadable);
    return {
      disturbances: this.disturbances,
      rows,
      policies,
      duplicates: incoming.facts.length - rows + incoming.policies.length - policies,
      tenants: new Set(incoming.policies.map(({ tenant }) => tenant)),
    };
  }

  /** Inserts the rows, as retracted where a retraction came before; answers how many were new. */
  private async insert(facts: readonly IncomingFact[]): Promise<number> {
    if (facts.length === 0) return 0;
    const rows = await this.retractedRows(facts);
    const inserted = await this.transaction.insertTimeline(rows);
    const survivors = await this.transaction.survivors(rows);
    let count = 0;
    rows.forEach((row, at) => {
      if (inserted[at] !== true) return;
      count += 1;
      if (row.retractedAt === null)
        this.disturbances.at(row.tenant, survivors[at]!).facts.push(facts[at]!.fact);
    });
    return count;
  }

  private async retractedRows(facts: readonly IncomingFact[]): Promise<readonly NewTimelineRow[]> {
    const wanted = new Set<string>();
    for (const [tenant, targets] of targetsByTenant(facts)) {
      for (const { target } of await this.transaction.retractionsOf(tenant, targets))
        wanted.add(`${tenant} ${target}`);
    }
    if (wanted.size === 0) return facts.map(({ row }) => row);
    const rows: NewTimelineRow[] = [];
    for (const { row } of facts) {
      const named = wanted.has(`${row.tenant} ${row.eventId}`);
      rows.push(named ? { ...row, retractedAt: await this.retractedAt(row.tenant, row) } : row);
    }
    return rows;
  }

  /** Links of these customers have changed: groups them anew and looks at every retraction among them again. */
  private async join(links: readonly (LinkRecord & { readonly tenant: string })[]): Promise<void> {
    await this.transaction.addLinks(links);
    const done = new Set<string>();
    for (const { tenant, survivor, merged } of links) {
      if (done.has(`${tenant} ${survivor}`) && done.has(`${tenant} ${merged}`)) continue;
      const reached = await this.transaction.links(tenant, survivor);
      const members = [...new Set(reached.flatMap((link) => [link.survivor, link.merged]))];
      for (const member of members) done.add(`${tenant} ${member}`);
      await this.regroup(tenant, members, reached);
    }
  }

  private async regroup(
    tenant: string,
    members: readonly string[],
    links: readonly LinkRecord[],
  ): Promise<void> {
    const identities = foldLinks(links);
    const survivorOf = new Map(members.map((member) => [member, identities.survivorOf(member)]));
    for (const { from, to, first } of await this.transaction.regroup(tenant, survivorOf)) {
      if (first === undefined) continue;
      this.disturbances.at(tenant, from).all = true;
      this.disturbances.reappear(tenant, to, first);
    }
    const survivors = [...new Set(survivorOf.values())];
    for (const { target } of await this.transaction.retractionsBy(tenant, members)) {
      await this.review(tenant, survivors, target);
    }
  }

  /** Looks for the target among these customers' events, and whether it counts still. */
  private async review(tenant: string, customers: readonly string[], target: string): Promise<void> {
    const survivors = new Set(
      await this.transaction.survivors(customers.map((customer) => ({ tenant, customer }))),
    );
    for (const customer of survivors) {
      const row = await this.transaction.findEvent({ tenant, customer }, target);
      if (row === undefined) continue;
      const at = await this.retractedAt(tenant, row);
      if (at === row.retractedAt) continue;
      await this.transaction.setRetracted({ tenant, customer }, row, at);
      if (row.retractedAt === null)
        this.disturbances.at(tenant, customer).removed.push(unpackFact(row, this.registry));
      else if (at === null) this.disturbances.reappear(tenant, customer, row);
    }
  }

  /**
   * From which position on the event does not count: that of the earliest retraction by the same person. One by
   * another identity counts from when the two were known to be one. Null: it counts.
   */
  private async retractedAt(tenant: string, row: TimelineRow): Promise<Position | null> {
    if (this.registry.latestOf(row.type)?.kind !== 'touchpoint') return null;
    let earliest: Position | null = null;
    for (const retraction of await this.transaction.retractionsOf(tenant, [row.eventId])) {
      const position = await this.effectiveFrom(retraction, row.customer);
      if (position !== undefined && (earliest === null || position < earliest)) earliest = position;
    }
    return earliest;
  }

  private async effectiveFrom(retraction: RetractionRecord, customer: string): Promise<Position | undefined> {
    if (retraction.customer === customer) return retraction.position;
    const joined = joinedSince(
      await this.transaction.links(retraction.tenant, customer),
      retraction.customer,
      customer,
    );
    if (joined === undefined) return undefined;
    return joined > retraction.position ? joined : retraction.position;
  }
}

/** The position since which the two have been one person without a break; undefined when they are not. */
function joinedSince(links: readonly LinkRecord[], one: string, other: string): Position | undefined {
  const known = [...links].sort((a, b) =>
    a.position < b.position ? -1 : a.position > b.position ? 1 : compareOrder(a, b),
  );
  let since: Position | undefined;
  while (known.length > 0) {
    const { survivorOf } = foldLinks(known);
    if (survivorOf(one) !== survivorOf(other)) break;
    since = known.pop()!.position;
  }
  return since;
}

function targetsByTenant(facts: readonly IncomingFact[]): ReadonlyMap<string, readonly string[]> {
  const targets = new Map<string, string[]>();
  for (const { row } of facts) {
    const known = targets.get(row.tenant);
    if (known === undefined) targets.set(row.tenant, [row.eventId]);
    else known.push(row.eventId);
  }
  return targets;
}
