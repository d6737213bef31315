import { LedgerError, type Generation, type StateKey, type ViewDefinition } from '#event-sourcing';
import type { Connection } from './connection.js';
import { readBuild } from './rebuild-progress.js';
import { ViewTables } from './view-tables.js';

/** Everything before the end of a scan. */
const END = Number.MAX_SAFE_INTEGER;

/** The generations of every view: which is read, which is held, which is being built. Writer's side. */
export class Generations {
  private readonly current = new Map<string, ViewTables>();
  private readonly next = new Map<string, ViewTables>();
  private held: readonly string[] = [];
  private reached = 0;

  constructor(
    private readonly connection: Connection,
    private readonly definitions: ReadonlyMap<string, ViewDefinition>,
  ) {}

  /** Registers views that are new, holds those of another version; what an interrupted build left goes. */
  adopt(fresh: boolean): void {
    this.dropBuild();
    for (const view of this.definitions.values()) {
      const row = this.connection.get('SELECT version FROM view WHERE name = ?', view.name);
      if (row === undefined && fresh) {
        const generation = this.create(view);
        this.connection.run('INSERT INTO view VALUES (?, ?, ?, 0)', view.name, view.version, generation);
      } else if (row === undefined) {
        this.connection.run('INSERT INTO view VALUES (?, 0, ?, 1)', view.name, this.number());
      } else if (row[0] !== view.version) {
        this.connection.run('UPDATE view SET held = 1 WHERE name = ?', view.name);
      }
    }
    this.dropUnknown();
    this.load();
  }

  tables({ view, generation }: Pick<StateKey, 'view' | 'generation'>): ViewTables {
    const tables = this.of(generation).get(view);
    if (tables === undefined)
      throw new LedgerError('unknown-view', `there is no ${generation} generation of ${view}`, { view });
    return tables;
  }

  /** Whether the build under way has not come to this owner yet. */
  isPending(generation: Generation, owner: number): boolean {
    return generation === 'next' && owner > this.reached;
  }

  heldViews(): readonly string[] {
    return this.held;
  }

  hold(views: readonly string[]): void {
    for (const view of views) this.connection.run('UPDATE view SET held = 1 WHERE name = ?', view);
    this.load();
  }

  begin(views: readonly string[], startedAt: string): void {
    this.dropBuild();
    const customers = this.connection.get(
      'SELECT COUNT(*) FROM customer WHERE survivor IS NULL',
    )![0] as number;
    const events = this.connection.get('SELECT COALESCE(SUM(events), 0) FROM tenant')![0] as number;
    this.connection.run('INSERT INTO build VALUES (1, ?, 0, 0, 0, ?, ?)', startedAt, customers, events);
    for (const name of views) {
      const view = this.definitions.get(name);
      if (view === undefined)
        throw new LedgerError('unknown-view', `there is no view ${name}`, { view: name });
      this.connection.run('INSERT INTO build_view VALUES (?, ?, ?)', name, view.version, this.create(view));
    }
    this.load();
  }

  advance(cursor: number, customers: number, events: number): void {
    this.connection.run(
      'UPDATE build SET cursor = ?, customers_done = customers_done + ?, events_done = events_done + ?',
      cursor,
      customers,
      events,
    );
    this.reached = cursor;
  }

  finish(): void {
    for (const [name] of this.next) {
      const old = this.connection.get('SELECT generation FROM view WHERE name = ?', name)![0] as number;
      this.discard(old);
      this.connection.run(
        `UPDATE view SET held = 0, version = built.version, generation = built.generation
         FROM build_view AS built WHERE view.name = built.name AND view.name = ?`,
        name,
      );
    }
    this.connection.exec('DELETE FROM build_view; DELETE FROM build');
    this.load();
  }

  /** Reads again what stands in the tables: after a rollback, or a change. */
  load(): void {
    this.current.clear();
    this.next.clear();
    const tables = (name: unknown, generation: unknown) =>
      new ViewTables(generation as number, this.definitions.get(name as string)?.list);
    for (const [name, generation] of this.connection.all(
      'SELECT name, generation FROM view WHERE held = 0',
    )) {
      this.current.set(name as string, tables(name, generation));
    }
    for (const [name, generation] of this.connection.all('SELECT name, generation FROM build_view')) {
      this.next.set(name as string, tables(name, generation));
    }
    this.held = this.connection
      .all('SELECT name FROM view WHERE held = 1 ORDER BY name')
      .map(([name]) => name as string);
    this.reached = readBuild(this.connection)?.cursor ?? 0;
  }

  /** The cursor of a build that has come to the end. */
  static readonly END = END;

  private of(generation: Generation): ReadonlyMap<string, ViewTables> {
    return generation === 'current' ? this.current : this.next;
  }

  private create(view: ViewDefinition): number {
    const generation = this.number();
    new ViewTables(generation, view.list).create(this.connection);
    return generation;
  }

  private number(): number {
    return this.connection.get(
      'UPDATE counter SET generation = generation + 1 RETURNING generation',
    )![0] as number;
  }

  private dropBuild(): void {
    for (const [generation] of this.connection.all('SELECT generation FROM build_view'))
      this.discard(generation as number);
    this.connection.exec('DELETE FROM build_view; DELETE FROM build');
  }

  /** Views that this program does not know any more. */
  private dropUnknown(): void {
    for (const [name, generation] of this.connection.all('SELECT name, generation FROM view')) {
      if (this.definitions.has(name as string)) continue;
      this.discard(generation as number);
      this.connection.run('DELETE FROM view WHERE name = ?', name as string);
    }
  }

  private discard(generation: number): void {
    for (const name of ViewTables.names(generation))
      this.connection.run('INSERT OR IGNORE INTO garbage VALUES (?)', name);
  }
}
