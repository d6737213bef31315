import {
  type AggregateGroup,
  type AggregateQuery,
  canonicalJson,
  compareOrder,
  type EventCounts,
  eventIdOf,
  type Fact,
  type FoundRow,
  type Json,
  type LinkRecord,
  type ListQuery,
  type OrderKey,
  type ParkedRecord,
  type PolicyRecord,
  type Position,
  type ProjectionRecord,
  ReadModelReader,
  type TimelineQuery,
  type TimelineRow,
  type ViewHead,
} from '#event-sourcing';
import { foldLinks, latestOf, linkOf, packFacts, retractedBy, unpackFact } from '#journey';
import {
  aggregateRows,
  type CustomerProjection,
  PROJECTIONS,
  selectPage,
  VIEW_DEFINITIONS,
} from '#projections';
import { PolicyBook, type ViewContext } from '#scoring';
import { SOURCE, type ToldEvent, type ToldPolicy } from './told-event.js';

type Row = { -readonly [Key in keyof TimelineRow]: TimelineRow[Key] } & { readonly tenant: string };

interface State {
  readonly head: ViewHead;
  readonly cells: ReadonlyMap<string, string>;
  readonly snapshots: readonly { readonly head: ViewHead; readonly cells: ReadonlyMap<string, string> }[];
}

class Cells {
  readonly values = new Map<string, unknown>();
  get = <T>(key: string): T | undefined => this.values.get(key) as T | undefined;
  set = (key: string, value: unknown): void => {
    this.values.set(key, value);
  };
  delete = (key: string): void => {
    this.values.delete(key);
  };
  texts = (): ReadonlyMap<string, string> =>
    new Map([...this.values].map(([key, value]) => [key, canonicalJson(value as Json)]));
}

/**
 * The readable reference of a read model's reading side: it keeps what it is told and folds everything whenever it is
 * asked. For tests.
 */
export class MemoryReadModel extends ReadModelReader {
  readonly #rows: Row[] = [];
  readonly #ids = new Set<string>();
  readonly #links: (LinkRecord & { tenant: string })[] = [];
  readonly #policies: (PolicyRecord & { tenant: string })[] = [];
  readonly #retractions: { readonly target: string; readonly position: Position }[] = [];
  #listed: { readonly question: string; readonly rows: readonly FoundRow[] } | undefined;
  #position = 0n;

  constructor(
    /** By what time's policies states are folded, and lists scored: ms. */
    private readonly now: () => number,
    private readonly snapshotEvents = 4,
  ) {
    super();
  }

  /** Records an event; answers its event id. */
  tell(event: ToldEvent, tenant = 'default'): string {
    const position = ++this.#position;
    const occurredAt = typeof event.at === 'number' ? event.at : Date.parse(event.at);
    const eventId = eventIdOf(tenant, SOURCE, event.id ?? String(position));
    if (this.#ids.has(eventId)) return eventId;
    this.#ids.add(eventId);
    const { type, customer, sequence = 0, data = {} } = event;
    const fact: Fact = { type, customer, occurredAt, sequence, step: latestOf(type).step, eventId, data };
    const key = { occurredAt, sequence, step: fact.step, eventId };
    const retractedAt = this.#retractions.find((earlier) => earlier.target === eventId)?.position ?? null;
    this.#rows.push({ ...key, tenant, customer, type, position, retractedAt, facts: packFacts(fact) });
    const link = linkOf(fact, position);
    if (link !== undefined) this.#links.push({ ...link, tenant });
    const target = retractedBy(fact, tenant);
    if (target !== undefined) this.#retract(target, position);
    return eventId;
  }

  #retract(target: string, position: Position): void {
    this.#retractions.push({ target, position });
    const row = this.#rows.find(({ eventId }) => eventId === target);
    if (row !== undefined) row.retractedAt ??= position;
  }

  /** Records a policy. */
  publish({ type, data, effectiveFrom }: ToldPolicy, tenant = 'default'): void {
    const position = ++this.#position;
    const recordedAt = new Date(this.now()).toISOString();
    const eventId = eventIdOf(tenant, SOURCE, String(position));
    const record = { eventId, type, position, recordedAt, effectiveFrom, data: JSON.stringify(data), tenant };
    this.#policies.push(record);
  }

  override checkpoint = (): Promise<Position> => Promise.resolve(this.#position);
  override snapshot = <T>(work: (reader: ReadModelReader) => Promise<T>): Promise<T> => work(this);

  override timeline(query: TimelineQuery): Promise<readonly TimelineRow[]> {
    const { tenant, customers, after, upTo = Infinity, at, withRetracted = false, limit } = query;
    const sign = query.direction === 'backward' ? -1 : 1;
    const known = (position: Position | null) => position !== null && (at === undefined || position <= at);
    const rows = this.#rows
      .filter((row) => row.tenant === tenant && customers.includes(row.customer) && row.occurredAt <= upTo)
      .filter((row) => known(row.position) && (withRetracted || !known(row.retractedAt)))
      .filter((row) => after === undefined || sign * compareOrder(row, after) > 0)
      .sort((a, b): number => sign * compareOrder(a, b));
    return Promise.resolve(rows.slice(0, limit));
  }

  override async head(view: string, tenant: string, customer: string): Promise<ViewHead | undefined> {
    return (await this.#state(view, tenant, customer))?.head;
  }

  override async cells(view: string, tenant: string, customer: string, keys?: readonly string[]) {
    const all = (await this.#state(view, tenant, customer))?.cells ?? new Map<string, string>();
    return new Map([...all].filter(([key]) => keys === undefined || keys.includes(key)));
  }

  override async snapshotBefore(view: string, tenant: string, customer: string, order: OrderKey) {
    const state = await this.#state(view, tenant, customer);
    return state?.snapshots.findLast(({ head }) => compareOrder(head.last, order) <= 0);
  }

  override async list(view: string, query: ListQuery): Promise<readonly FoundRow[]> {
    return selectPage(await this.#listRows(view, query.tenant), query);
  }

  override async aggregate(view: string, query: AggregateQuery): Promise<readonly AggregateGroup[]> {
    return aggregateRows(await this.#listRows(view, query.tenant), [query])[0]!;
  }

  override policies(tenant: string, at = this.#position): Promise<readonly PolicyRecord[]> {
    return Promise.resolve(
      this.#policies.filter((policy) => policy.tenant === tenant && policy.position <= at),
    );
  }

  override links(tenant: string, customer: string, at = this.#position): Promise<readonly LinkRecord[]> {
    const links = this.#links.filter((link) => link.tenant === tenant && link.position <= at);
    const reached = new Set([customer]);
    for (let size = 0; size !== reached.size;) {
      size = reached.size;
      for (const { survivor, merged } of links) {
        if (reached.has(survivor)) reached.add(merged);
        if (reached.has(merged)) reached.add(survivor);
      }
    }
    return Promise.resolve(links.filter(({ survivor }) => reached.has(survivor)).sort(compareOrder));
  }

  override customers(tenant: string, after: string, limit: number): Promise<readonly string[]> {
    const ids = new Set(this.#rows.filter((row) => row.tenant === tenant).map((row) => row.customer));
    return Promise.resolve(
      [...ids]
        .filter((id) => id > after)
        .sort()
        .slice(0, limit),
    );
  }

  override lastOccurredAt(tenant: string): Promise<number | undefined> {
    const times = this.#rows.filter((row) => row.tenant === tenant).map((row) => row.occurredAt);
    return Promise.resolve(times.length === 0 ? undefined : Math.max(...times));
  }

  override eventCount(tenant: string): Promise<number> {
    return Promise.resolve(this.#rows.filter((row) => row.tenant === tenant).length);
  }

  override projections(): Promise<readonly ProjectionRecord[]> {
    return Promise.resolve(VIEW_DEFINITIONS.map(({ name, version }) => ({ name, version, rebuild: null })));
  }

  override counts(): Promise<EventCounts> {
    const [timeline, policies] = [this.#rows.length, this.#policies.length];
    const read = timeline + policies;
    return Promise.resolve({ read, timeline, policies, duplicates: 0, ignored: 0, parked: 0 });
  }

  override tenants = () => Promise.resolve([...new Set(this.#rows.map((row) => row.tenant))].sort());
  override parked = (): Promise<readonly ParkedRecord[]> => Promise.resolve([]);
  override policyPending = () => Promise.resolve(false);
  override close = () => Promise.resolve();

  async #contextOf(tenant: string): Promise<ViewContext> {
    return PolicyBook.of(await this.policies(tenant)).viewAt(this.now());
  }

  /** Undefined for merged customers, and for those of whom nothing concerns the view. */
  async #state(view: string, tenant: string, customer: string): Promise<State | undefined> {
    const identities = foldLinks(await this.links(tenant, customer));
    if (identities.survivorOf(customer) !== customer) return undefined;
    const projection = projectionNamed(view);
    const context = await this.#contextOf(tenant);
    const customers = identities.membersOf(customer);
    const rows = await this.timeline({ tenant, customers, limit: Infinity });
    const handled = rows.filter(({ type }) => projection.handlers[type] !== undefined);
    const cells = new Cells();
    const snapshots: State['snapshots'][number][] = [];
    handled.forEach((row, i) => {
      const fact = unpackFact(row);
      projection.handlers[row.type]!(within(cells, projection.touches(fact)), fact, context);
      if ((i + 1) % this.snapshotEvents === 0) {
        snapshots.push({ head: headOf(context, row, i + 1), cells: cells.texts() });
      }
    });
    if (handled.length === 0) return undefined;
    return { head: headOf(context, handled.at(-1)!, handled.length), cells: cells.texts(), snapshots };
  }

  /** Kept until something else is told or asked about: summaries ask for the same rows again and again. */
  async #listRows(view: string, tenant: string): Promise<readonly FoundRow[]> {
    const question = JSON.stringify([view, tenant, String(this.#position), this.now()]);
    if (this.#listed?.question !== question) {
      this.#listed = { question, rows: await this.#foldListRows(view, tenant) };
    }
    return this.#listed.rows;
  }

  async #foldListRows(view: string, tenant: string): Promise<readonly FoundRow[]> {
    const projection = projectionNamed(view);
    const context = await this.#contextOf(tenant);
    const found: FoundRow[] = [];
    for (const customer of await this.customers(tenant, '', Infinity)) {
      const state = await this.#state(view, tenant, customer);
      for (const [key, text] of state?.cells ?? []) {
        const rows = projection.rows?.(key, JSON.parse(text), context) ?? [];
        found.push(...rows.map((row) => ({ ...row, customer })));
      }
    }
    return found;
  }
}

/** The cells that an event may touch, and no others. */
function within(cells: Cells, keys: readonly string[]): Pick<Cells, 'get' | 'set' | 'delete'> {
  const allowed = (key: string) => {
    if (!keys.includes(key)) throw new Error(`the cell ${key} is used but not among those touched`);
    return key;
  };
  return {
    get: (key) => cells.get(allowed(key)),
    set: (key, value) => cells.set(allowed(key), value),
    delete: (key) => cells.delete(allowed(key)),
  };
}

function headOf(
  { stamp }: ViewContext,
  { occurredAt, sequence, step, eventId }: OrderKey,
  count: number,
): ViewHead {
  return { stamp, last: { occurredAt, sequence, step, eventId }, count };
}

function projectionNamed(view: string): CustomerProjection {
  const found = PROJECTIONS.find(({ name }) => name === view);
  if (found === undefined) throw new Error(`no view is called ${view}`);
  return found;
}
