import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  canonicalJson,
  type Clock,
  type Json,
  type PolicyRecord,
  type ViewDefinition,
} from '#event-sourcing';
import { type EventReader } from '#event-store';
import { EmbeddedReadModel } from '#read-model';
import { Projector, type AnyProjection, type PolicyBookLike, type ProjectorLimits } from '#subscription';

/** A clock that stands until it is set. */
export class SetClock implements Clock {
  constructor(public millis: number) {}
  now(): number {
    return this.millis;
  }
}

/** What the views of a test are made with. */
export interface Given {
  readonly events: EventReader;
  readonly projections: readonly AnyProjection[];
  readonly policyBook: (records: readonly PolicyRecord[]) => PolicyBookLike;
  readonly clock: Clock;
  readonly limits?: Partial<ProjectorLimits>;
  /** Default: a new one, deleted by `end`. */
  readonly folder?: string;
  readonly said?: string[];
}

/** A projector over a read model in a folder of its own. */
export class Projecting {
  private constructor(
    readonly folder: string,
    readonly readModel: EmbeddedReadModel,
    readonly projector: Projector,
    private readonly projections: readonly AnyProjection[],
  ) {}

  static async begin(given: Given): Promise<Projecting> {
    const folder = given.folder ?? mkdtempSync(join(tmpdir(), 'cx-projecting-'));
    const readModel = await EmbeddedReadModel.open({ folder, views: viewsOf(given.projections) });
    const { events, projections, policyBook, clock, limits, said } = given;
    const log = (_level: string, message: string) => void said?.push(message);
    const projector = new Projector({ events, readModel, projections, policyBook, clock, limits, log });
    return new Projecting(folder, readModel, projector, projections);
  }

  /** Everything that must be equal however the events came: heads, cells, list rows without drifting columns. */
  async bytes(): Promise<string> {
    const { reader } = this.readModel;
    const states: { [name: string]: Json } = {};
    for (const tenant of await reader.tenants()) {
      for (const projection of this.projections) {
        for (const customer of await reader.customers(tenant, '', 100_000)) {
          const head = await reader.head(projection.name, tenant, customer);
          if (head === undefined) continue;
          const cells = [...(await reader.cells(projection.name, tenant, customer))].sort();
          states[`${tenant} ${customer} ${projection.name}`] = { head, cells } as unknown as Json;
        }
        states[`${tenant} list ${projection.name}`] = await this.rows(tenant, projection);
      }
    }
    return canonicalJson(states);
  }

  /** Closes; the folder stays. */
  async close(): Promise<void> {
    await this.readModel.close();
  }

  /** Closes and deletes. */
  async end(): Promise<void> {
    await this.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private async rows(tenant: string, { name, list }: AnyProjection): Promise<Json> {
    if (list === undefined) return [];
    const [column] = Object.keys(list.columns);
    const rows = await this.readModel.reader.list(name, {
      tenant,
      where: [],
      orderBy: { column: column!, direction: 'asc' },
      limit: 100_000,
    });
    return rows
      .map(({ customer, key, columns }) => {
        const kept = Object.entries(columns).filter(([of]) => !list.drifting.includes(of));
        return canonicalJson([customer, key, Object.fromEntries(kept)]);
      })
      .sort();
  }
}

/** What the read model is told of projections. */
export function viewsOf(projections: readonly AnyProjection[]): readonly ViewDefinition[] {
  return projections.map(({ name, version, list }) => ({ name, version, list }));
}
