import { TICK_MILLIS, type ReadModelTransaction, type StateChange, type StateRequest } from '#event-sourcing';
import { rowsOf, type StampedContext } from './customer-fold.js';
import type { AnyProjection } from './projector-parts.js';
import type { Setting } from './setting.js';

/** Brings the list columns that drift with time alone up to date, some customers at a time. */
export class Tick {
  private readonly drifting: readonly AnyProjection[];
  private tenants: readonly string[] | undefined;
  private after = '';
  private begunAt = 0;

  constructor(private readonly setting: Setting) {
    this.drifting = setting.projections.filter(({ list }) => (list?.drifting.length ?? 0) > 0);
  }

  /** Re-scores the next customers when it is time. False: there was nothing to do. */
  async chunk(): Promise<boolean> {
    if (this.drifting.length === 0) return false;
    return this.setting.transaction(async (transaction) => {
      if (this.tenants === undefined && !(await this.isDue(transaction))) return false;
      this.tenants ??= await this.begin(transaction);
      const [tenant] = this.tenants;
      if (tenant === undefined) await this.end(transaction);
      else await this.some(transaction, tenant);
      return true;
    });
  }

  private async isDue(transaction: ReadModelTransaction): Promise<boolean> {
    const { tickedAt } = await transaction.progress();
    return this.setting.clock.now() - tickedAt >= TICK_MILLIS;
  }

  private async begin(transaction: ReadModelTransaction): Promise<readonly string[]> {
    this.begunAt = this.setting.clock.now();
    this.after = '';
    return transaction.tenants();
  }

  private async end(transaction: ReadModelTransaction): Promise<void> {
    await transaction.setProgress({ ...(await transaction.progress()), tickedAt: this.begunAt });
    this.tenants = undefined;
  }

  private async some(transaction: ReadModelTransaction, tenant: string): Promise<void> {
    const customers = await transaction.customers(tenant, this.after, this.setting.limits.chunkCustomers);
    const last = customers.at(-1);
    if (last === undefined) {
      this.tenants = this.tenants!.slice(1);
      this.after = '';
      return;
    }
    const context = await this.setting.contexts.of(transaction, tenant);
    const held = await transaction.heldViews();
    for (const projection of this.drifting) {
      if (!held.includes(projection.name))
        await this.rescore(transaction, projection, context, { tenant, customers });
    }
    this.after = last;
  }

  private async rescore(
    transaction: ReadModelTransaction,
    projection: AnyProjection,
    context: StampedContext,
    { tenant, customers }: { readonly tenant: string; readonly customers: readonly string[] },
  ): Promise<void> {
    const requests = customers.map((customer): StateRequest => ({
      view: projection.name,
      generation: 'current',
      tenant,
      customer,
      keys: 'all',
    }));
    const loaded = await transaction.load(requests);
    const changes: StateChange[] = [];
    loaded.forEach((state, at) => {
      // A state of another stamp is being swept, and scored then.
      if (state?.head?.stamp !== context.stamp) return;
      const rows = rowsOf(projection, context, state.cells, (key) => JSON.parse(state.cells.get(key)!));
      const { view, generation, customer } = requests[at]!;
      const kept = {
        view,
        generation,
        tenant,
        customer,
        head: state.head,
        replace: false,
        cells: new Map(),
        snapshots: [],
      };
      changes.push({ ...kept, rows });
    });
    await transaction.save(changes);
  }
}
