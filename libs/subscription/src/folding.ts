import {
  compareOrder,
  type CustomerRef,
  type Generation,
  type LoadedState,
  type OrderKey,
  type ParkedRecord,
  type Position,
  type ReadModelTransaction,
  type ScannedCustomer,
  type StateChange,
  type StateKey,
  type StateRequest,
} from '#event-sourcing';
import { unpackFact, type TouchpointRegistry } from '#journey';
import { CustomerFold, type FoldStart, type StampedContext } from './customer-fold.js';
import type { Disturbance } from './disturbances.js';
import { reasonOf } from './incoming.js';
import type { AnyProjection } from './projector-parts.js';
import type { TenantContexts } from './tenant-contexts.js';

/** Rows of one customer read at a time when it is folded again. */
const PAGE = 1_000;

/** A view's generation that is to be kept up to date. */
interface Target {
  readonly projection: AnyProjection;
  readonly generation: Generation;
}

/** One view of one disturbed customer, before it is known how it is to be folded. */
interface Task {
  readonly target: Target;
  readonly disturbance: Disturbance;
  readonly context: StampedContext;
  readonly request: StateRequest;
}

/** A fold that reads the timeline, with the earliest event for which it does. */
interface Refold {
  readonly fold: CustomerFold;
  readonly disturbed: OrderKey | undefined;
}

export interface FoldingParts {
  readonly projections: readonly AnyProjection[];
  readonly contexts: TenantContexts;
  readonly registry: TouchpointRegistry;
  readonly snapshotEvents: number;
}

/** Brings customers' states up to their events: in place where they came in order, again from a snapshot where not. */
export class Folding {
  private readonly failed: ParkedRecord[] = [];

  /** `position` and `now` (RFC 3339) are put on what has to be parked. */
  constructor(
    private readonly transaction: ReadModelTransaction,
    private readonly parts: FoldingParts,
    private readonly position: Position,
    private readonly now: string,
  ) {}

  /** Folds what a batch disturbed, in every generation that is kept up. */
  async disturbed(disturbances: readonly Disturbance[]): Promise<void> {
    const tasks = await this.tasks(disturbances);
    const loaded = await this.transaction.load(tasks.map(({ request }) => request));
    const changes: StateChange[] = [];
    const refolds = new Map<Disturbance, Refold[]>();
    for (let at = 0; at < tasks.length; at++) {
      const [task, state] = [tasks[at]!, loaded[at]];
      if (state === undefined) continue;
      const change = this.inPlace(task, state);
      if (change !== undefined) changes.push(...change);
      else {
        const refold = await this.refold(task, state);
        if (refold !== undefined) append(refolds, task.disturbance, refold);
      }
    }
    await this.transaction.save(changes);
    for (const [survivor, folds] of refolds) await this.fromTimeline(survivor, folds);
    await this.transaction.park(this.failed);
  }

  /** Folds customers from their first event, as a build meets them; answers how many events that were. */
  async scanned(customers: readonly ScannedCustomer[], views: readonly string[]): Promise<number> {
    const targets = this.parts.projections.filter(({ name }) => views.includes(name));
    const changes: StateChange[] = [];
    let events = 0;
    for (const customer of customers) {
      const { tenant } = customer;
      const context = await this.parts.contexts.of(this.transaction, tenant);
      const folds = targets.map((projection) => {
        const state: StateKey = {
          view: projection.name,
          generation: 'next',
          tenant,
          customer: customer.customer,
        };
        return {
          fold: new CustomerFold(projection, state, context, { from: 'nothing' }),
          disturbed: undefined,
        };
      });
      events += customer.complete
        ? this.fromRows(customer, folds, changes)
        : await this.fromTimeline(customer, folds);
    }
    await this.transaction.save(changes);
    await this.transaction.park(this.failed);
    return events;
  }

  private async tasks(disturbances: readonly Disturbance[]): Promise<readonly Task[]> {
    const targets = await this.targets();
    const parked = await this.parkedViews(disturbances);
    const tasks: Task[] = [];
    for (const disturbance of disturbances) {
      const { tenant, customer } = disturbance;
      const stopped = parked.get(`${tenant} ${customer}`);
      if (stopped?.has(null) === true) continue;
      const context = await this.parts.contexts.of(this.transaction, tenant);
      for (const target of targets) {
        const { projection, generation } = target;
        if (stopped?.has(projection.name) === true || !concerns(disturbance, projection)) continue;
        const request = {
          view: projection.name,
          generation,
          tenant,
          customer,
          keys: touched(disturbance, projection),
        };
        tasks.push({ target, disturbance, context, request });
      }
    }
    return tasks;
  }

  private async targets(): Promise<readonly Target[]> {
    const held = await this.transaction.heldViews();
    const building = (await this.transaction.build())?.views ?? [];
    const of = (generation: Generation, views: (name: string) => boolean) =>
      this.parts.projections
        .filter(({ name }) => views(name))
        .map((projection) => ({ projection, generation }));
    return [
      ...of('current', (name) => !held.includes(name)),
      ...of('next', (name) => building.includes(name)),
    ];
  }

  private async parkedViews(
    customers: readonly CustomerRef[],
  ): Promise<ReadonlyMap<string, ReadonlySet<string | null>>> {
    const parked = new Map<string, Set<string | null>>();
    for (const { tenant, customer, view } of await this.transaction.parkedAmong(customers)) {
      const key = `${tenant} ${customer}`;
      parked.set(key, (parked.get(key) ?? new Set()).add(view));
    }
    return parked;
  }

  /** The change where new facts lie behind all that was folded; undefined where the timeline has to be read. */
  private inPlace(
    { target, disturbance, context, request }: Task,
    { head, cells }: LoadedState,
  ): StateChange[] | undefined {
    if (disturbance.staleOnly === true && (head === undefined || head.stamp === context.stamp)) return [];
    if (disturbance.all || disturbance.from !== undefined || disturbance.staleOnly === true) return undefined;
    if (head !== undefined && head.stamp !== context.stamp) return undefined;
    if (disturbance.removed.some(({ type }) => target.projection.handlers[type] !== undefined))
      return undefined;
    const start: FoldStart = head === undefined ? { from: 'nothing' } : { from: 'head', head };
    const fold = new CustomerFold(target.projection, stateOf(request), context, start);
    const facts = fold.wanted(disturbance.facts);
    const handled = disturbance.facts.filter(({ type }) => target.projection.handlers[type] !== undefined);
    if (facts.length < handled.length) return undefined;
    if (head !== undefined && this.passesSnapshot(head.count, facts.length)) return undefined;
    for (const key of request.keys) fold.cells.add(key, cells.get(key));
    return this.attempt(fold, () => fold.fold(facts, this.parts.snapshotEvents))
      ? [fold.change(undefined)]
      : [];
  }

  /** A snapshot says what changed since the one before it, which only a fold from there knows. */
  private passesSnapshot(count: number, more: number): boolean {
    const every = this.parts.snapshotEvents;
    return Math.floor((count + more) / every) > Math.floor(count / every);
  }

  /** The fold from the nearest snapshot before what is disturbed, its removed cells loaded. */
  private async refold(task: Task, { head }: LoadedState): Promise<Refold | undefined> {
    const { target, disturbance, context, request } = task;
    const state = stateOf(request);
    const again = disturbance.all || disturbance.staleOnly === true || head?.stamp !== context.stamp;
    const disturbed = again ? undefined : earliest(disturbance, target.projection);
    const snapshot =
      disturbed === undefined ? undefined : await this.transaction.snapshotBefore(state, disturbed);
    const usable = snapshot !== undefined && snapshot.stamp === context.stamp;
    const fold = new CustomerFold(
      target.projection,
      state,
      context,
      usable ? { from: 'snapshot', head: snapshot } : { from: 'nothing' },
    );
    const removed = disturbance.removed.filter(({ type }) => target.projection.handlers[type] !== undefined);
    await this.loadCells(fold, fold.missing(removed));
    return { fold, disturbed };
  }

  /** Folds of one customer through its rows, a page at a time, all views on one reading. */
  private async fromTimeline(survivor: CustomerRef, folds: readonly Refold[]): Promise<number> {
    let running = folds;
    let after = firstNeeded(folds);
    let events = 0;
    for (;;) {
      const rows = await this.transaction.rowsOf(survivor, after, PAGE);
      const facts = rows.map((row) => unpackFact(row, this.parts.registry));
      events += facts.length;
      const kept: Refold[] = [];
      for (const refold of running) {
        const wanted = refold.fold.wanted(facts);
        await this.loadCells(refold.fold, refold.fold.missing(wanted));
        if (this.attempt(refold.fold, () => refold.fold.fold(wanted, this.parts.snapshotEvents)))
          kept.push(refold);
      }
      running = kept;
      if (rows.length < PAGE || running.length === 0) break;
      after = facts.at(-1);
    }
    await this.transaction.save(running.map(({ fold, disturbed }) => fold.change(disturbed)));
    return events;
  }

  /** The same with all rows at hand. */
  private fromRows({ rows }: ScannedCustomer, folds: readonly Refold[], changes: StateChange[]): number {
    const facts = rows.map((row) => unpackFact(row, this.parts.registry));
    for (const { fold } of folds) {
      const wanted = fold.wanted(facts);
      for (const key of fold.missing(wanted)) fold.cells.add(key, undefined);
      const whole = this.attempt(fold, () => fold.fold(wanted, this.parts.snapshotEvents));
      if (whole && wanted.length > 0) changes.push(fold.change(undefined));
    }
    return facts.length;
  }

  private async loadCells(fold: CustomerFold, keys: readonly string[]): Promise<void> {
    if (keys.length === 0) return;
    const { start } = fold;
    const cells =
      start.from === 'snapshot'
        ? await this.transaction.snapshotCells(fold.state, start.head, keys)
        : undefined;
    for (const key of keys) fold.cells.add(key, cells?.get(key));
  }

  /** Runs a fold; one that throws is parked, and its state stays as it was. */
  private attempt(fold: CustomerFold, work: () => void): boolean {
    try {
      work();
      return true;
    } catch (error) {
      const { tenant, customer, view } = fold.state;
      const eventId = fold.reached?.eventId ?? null;
      this.failed.push({
        tenant,
        customer,
        view,
        position: this.position,
        eventId,
        reason: reasonOf(error),
        since: this.now,
      });
      return false;
    }
  }
}

function stateOf({ view, generation, tenant, customer }: StateRequest): StateKey {
  return { view, generation, tenant, customer };
}

/** Whether the view has anything to do with what happened. */
function concerns(disturbance: Disturbance, { handlers }: AnyProjection): boolean {
  if (disturbance.all || disturbance.from !== undefined || disturbance.staleOnly === true) return true;
  const handled = ({ type }: { readonly type: string }) => handlers[type] !== undefined;
  return disturbance.facts.some(handled) || disturbance.removed.some(handled);
}

function touched({ facts }: Disturbance, projection: AnyProjection): readonly string[] {
  const keys = new Set<string>();
  for (const fact of facts) {
    if (projection.handlers[fact.type] === undefined) continue;
    for (const key of projection.touches(fact)) keys.add(key);
  }
  return [...keys];
}

/** The first event in business order that makes a difference to the view. */
function earliest({ facts, removed, from }: Disturbance, { handlers }: AnyProjection): OrderKey | undefined {
  const handled = [...facts, ...removed].filter(({ type }) => handlers[type] !== undefined);
  const keys: readonly OrderKey[] = from === undefined ? handled : [...handled, from];
  return keys.reduce<OrderKey | undefined>(
    (first, key) => (first === undefined || compareOrder(key, first) < 0 ? key : first),
    undefined,
  );
}

/** Behind which row reading has to begin; undefined: with the first. */
function firstNeeded(folds: readonly Refold[]): OrderKey | undefined {
  let first: OrderKey | undefined;
  for (const { fold } of folds) {
    const last = fold.start.head?.last;
    if (last === undefined) return undefined;
    if (first === undefined || compareOrder(last, first) < 0) first = last;
  }
  return first;
}

function append<K, V>(lists: Map<K, V[]>, key: K, value: V): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
}
