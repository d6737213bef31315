import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { parsePosition, type Position, START, StoreFault } from '#event-sourcing';
import {
  type AccessLookup,
  fenced,
  type FoundAccesses,
  foundAccesses,
  type IndexedAccesses,
  type KeptCheckpoint,
  type TreeChange,
  type TreeProgress,
  TreeStore,
} from '#proofs';
import { openDatabase } from '../database.js';
import { guarded } from '../sqlite-fault.js';
import { inTransaction } from '../transaction.js';

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS tree (
    only INTEGER PRIMARY KEY CHECK (only = 1), origin TEXT NOT NULL, size INTEGER NOT NULL, position TEXT NOT NULL,
    checkpoint TEXT
  ) STRICT;
  -- id: level * 2^48 + number in the level
  CREATE TABLE IF NOT EXISTS tile (id INTEGER PRIMARY KEY, after TEXT, hashes BLOB NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS checkpoint (day TEXT PRIMARY KEY, note TEXT NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS access (key INTEGER, revision INTEGER, PRIMARY KEY (key, revision)) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS indexed_access (
    tenant TEXT PRIMARY KEY, first INTEGER NOT NULL, last INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS late_access (
    tenant TEXT, revision INTEGER, earliest INTEGER NOT NULL, PRIMARY KEY (tenant, revision)
  ) STRICT, WITHOUT ROWID;
`;
const LEVEL = 2 ** 48;

const KEEP_TILE = `
  INSERT INTO tile (id, after, hashes) VALUES (?, ?, ?)
  ON CONFLICT (id) DO UPDATE SET hashes = excluded.hashes`;

const COVER = `
  INSERT INTO indexed_access (tenant, first, last) VALUES (:tenant, :revision, :revision)
  ON CONFLICT (tenant) DO UPDATE SET last = excluded.last`;

interface TreeRow {
  readonly origin: string;
  readonly size: number;
  readonly position: string;
  readonly checkpoint: string | null;
}

const FILE = 'proofs.sqlite';

/** Whether a data folder has a tree of its log. */
export function hasTree(folder: string): boolean {
  return existsSync(join(folder, FILE));
}

/** The log's tree in proofs.sqlite of a data folder. Synchronous inside: it belongs in a thread of its own, or in a command. */
export class SqliteTreeStore extends TreeStore {
  private constructor(
    private readonly file: string,
    private readonly database: DatabaseSync,
  ) {
    super();
  }

  /** `mustExist`: throws StoreFault `proofs-missing` instead of making the file. */
  static async open(options: {
    readonly folder: string;
    readonly mustExist?: boolean;
  }): Promise<SqliteTreeStore> {
    const file = join(options.folder, FILE);
    if (options.mustExist === true && !hasTree(options.folder))
      throw new StoreFault('proofs-missing', `there is no ${file}: a server makes it while it runs`, {
        file,
      });
    return guarded('proofs', file, () => {
      const database = openDatabase(file);
      database.exec(SCHEMA);
      return new SqliteTreeStore(file, database);
    });
  }

  override async progress(): Promise<TreeProgress | undefined> {
    const row = this.tree();
    return row && { origin: row.origin, size: row.size, position: positionOf(row.position) };
  }

  override async checkpoint(): Promise<string | undefined> {
    return this.tree()?.checkpoint ?? undefined;
  }

  override async tile(level: number, index: number): Promise<Uint8Array> {
    return this.tileRow(level, index)?.hashes ?? new Uint8Array();
  }

  override async positionBefore(index: number): Promise<Position | undefined> {
    const after = this.tileRow(0, index)?.after;
    return typeof after === 'string' ? positionOf(after) : undefined;
  }

  override async checkpoints(limit: number): Promise<readonly KeptCheckpoint[]> {
    return this.guarded((database) => {
      const rows = database.prepare('SELECT day, note FROM checkpoint ORDER BY day DESC LIMIT ?').all(limit);
      return rows as unknown as KeptCheckpoint[];
    });
  }

  override async begin(origin: string): Promise<void> {
    this.guarded((database) =>
      inTransaction(database, () => {
        database.exec(
          'DELETE FROM tile; DELETE FROM tree; DELETE FROM access; DELETE FROM indexed_access; DELETE FROM late_access;',
        );
        database
          .prepare('INSERT INTO tree (only, origin, size, position) VALUES (1, ?, 0, ?)')
          .run(origin, START.toString());
      }),
    );
  }

  override async indexedAccesses(tenant: string): Promise<IndexedAccesses | undefined> {
    return this.guarded(
      (database) =>
        database.prepare('SELECT first, last FROM indexed_access WHERE tenant = ?').get(tenant) as unknown as
          IndexedAccesses | undefined,
    );
  }

  override async findAccesses(lookup: AccessLookup): Promise<FoundAccesses | undefined> {
    const range = await this.indexedAccesses(lookup.tenant);
    return this.guarded((database) => {
      const walk = database.prepare(
        'SELECT revision FROM access WHERE key = ? AND revision <= ? ORDER BY revision DESC LIMIT ?',
      );
      const has = database.prepare('SELECT 1 FROM access WHERE key = ? AND revision = ?');
      return foundAccesses(lookup, range, {
        walk: (key) => walk.all(key, lookup.from, lookup.limit).map(({ revision }) => revision as number),
        has: (key, revision) => has.get(key, revision) !== undefined,
      });
    });
  }

  override async lastLateAccess(tenant: string, time: number): Promise<number> {
    const sql =
      'SELECT revision FROM late_access WHERE tenant = ? AND earliest <= ? ORDER BY revision DESC LIMIT 1';
    return this.guarded((database) => {
      const row = database.prepare(sql).get(tenant, time) as { revision: number } | undefined;
      return row?.revision ?? -1;
    });
  }

  override async extend(change: TreeChange): Promise<void> {
    const { from, progress, tiles, accesses, checkpoint, day } = change;
    const { origin, size, position } = progress;
    this.guarded((database) =>
      inTransaction(database, () => {
        const { changes } = database
          .prepare('UPDATE tree SET size = ?, position = ?, checkpoint = ? WHERE origin = ? AND size = ?')
          .run(size, position.toString(), checkpoint, origin, from);
        if (changes === 0) throw fenced();
        const keep = database.prepare(KEEP_TILE);
        for (const { level, index, hashes, after } of tiles)
          keep.run(level * LEVEL + index, after?.toString() ?? null, hashes);
        const addKey = database.prepare('INSERT OR IGNORE INTO access (key, revision) VALUES (?, ?)');
        const cover = database.prepare(COVER);
        const addLate = database.prepare('INSERT OR IGNORE INTO late_access VALUES (?, ?, ?)');
        for (const { tenant, revision, keys, late } of accesses) {
          for (const key of keys) addKey.run(key, revision);
          cover.run({ tenant, revision });
          if (late !== undefined) addLate.run(tenant, revision, late);
        }
        database.prepare('INSERT OR REPLACE INTO checkpoint (day, note) VALUES (?, ?)').run(day, checkpoint);
      }),
    );
  }

  override async close(): Promise<void> {
    this.database.close();
  }

  private tree(): TreeRow | undefined {
    return this.guarded(
      (database) => database.prepare('SELECT * FROM tree').get() as unknown as TreeRow | undefined,
    );
  }

  private tileRow(level: number, index: number) {
    return this.guarded(
      (database) =>
        database.prepare('SELECT after, hashes FROM tile WHERE id = ?').get(level * LEVEL + index) as
          { readonly after: string | null; readonly hashes: Uint8Array } | undefined,
    );
  }

  private guarded<T>(work: (database: DatabaseSync) => T): T {
    return guarded('proofs', this.file, () => work(this.database));
  }
}

function positionOf(text: string): Position {
  const position = parsePosition(text);
  if (position === undefined) throw new StoreFault('proofs-damaged', `"${text}" is no position`);
  return position;
}
