import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import {
  ReadModel,
  StoreFault,
  type ReadModelReader,
  type ReadModelTransaction,
  type ViewDefinition,
} from '#event-sourcing';
import { Connection } from './connection.js';
import { Directory } from './directory.js';
import { EmbeddedReadModelReader } from './embedded-read-model-reader.js';
import { EmbeddedTransaction, type WritingSide } from './embedded-transaction.js';
import { Generations } from './generations.js';
import { createTables, dropTables, LAYOUT, layoutOf } from './schema.js';
import { faultOf } from './store-fault.js';
import { checkView } from './view-tables.js';
import { ViewsReading } from './views-reading.js';
import { WriteAheadLog } from './write-ahead-log.js';
import { WriterLock } from './writer-lock.js';

export interface EmbeddedReadModelOptions {
  /** The data folder; made when it is not there. `views.sqlite` lies in it and may be deleted whenever nothing runs. */
  readonly folder: string;
  readonly views: readonly ViewDefinition[];
  /** Delete a damaged file and begin anew, instead of throwing `views-damaged`. Default false. */
  readonly recreate?: boolean;
  /** Memory for pages, MiB. At least 1, default 128. */
  readonly cacheMegabytes?: number;
  /** Pages (4 KiB) of the write-ahead log from which on they are brought into the file. Default 32,000. */
  readonly logPages?: number;
}

/** The read model in one SQLite file: one writer, any number of readers beside it. */
export class EmbeddedReadModel extends ReadModel {
  readonly views: readonly ViewDefinition[];
  readonly reader: ReadModelReader;
  private readonly log: WriteAheadLog;
  private turn: Promise<unknown> = Promise.resolve();

  private constructor(
    private readonly lock: WriterLock,
    private readonly side: WritingSide,
    options: EmbeddedReadModelOptions,
  ) {
    super();
    this.views = options.views;
    this.log = new WriteAheadLog(side.connection, options.logPages ?? 32_000);
    this.reader = EmbeddedReadModelReader.over(side.connection.file, options.views, 1);
  }

  /**
   * Opens or makes the views. Throws StoreFault: `views-in-use` (another writer), `views-damaged`, `views-read-only`,
   * `views-unreadable`; and LedgerError `view-definition` when a list cannot be kept as it is defined.
   */
  static async open(options: EmbeddedReadModelOptions): Promise<EmbeddedReadModel> {
    for (const view of options.views) checkView(view);
    makeFolder(options.folder);
    const lock = WriterLock.take(join(options.folder, 'views.lock'));
    try {
      return new EmbeddedReadModel(lock, openWriting(options), options);
    } catch (error) {
      lock.release();
      throw error;
    }
  }

  async transaction<T>(work: (transaction: ReadModelTransaction) => Promise<T>): Promise<T> {
    return this.inTurn(async () => {
      this.side.connection.exec('BEGIN IMMEDIATE');
      const result = await this.committed(work);
      await this.log.look();
      return result;
    });
  }

  private async committed<T>(work: (transaction: ReadModelTransaction) => Promise<T>): Promise<T> {
    try {
      const result = await work(new EmbeddedTransaction(this.side));
      this.side.connection.exec('COMMIT');
      return result;
    } catch (error) {
      this.undo();
      throw error;
    }
  }

  async reset(): Promise<void> {
    await this.inTurn(async () => {
      try {
        this.side.connection.within('BEGIN IMMEDIATE', () => {
          dropTables(this.side.connection);
          createTables(this.side.connection);
          this.side.generations.adopt(true);
        });
      } finally {
        this.side.directory.forget();
      }
    });
  }

  async tidy(): Promise<boolean> {
    return this.inTurn(async () => {
      const { connection } = this.side;
      const name = connection.get('SELECT name FROM garbage LIMIT 1')?.[0] as string | undefined;
      if (name === undefined) return true;
      connection.within('BEGIN IMMEDIATE', () => {
        connection.exec(`DROP TABLE IF EXISTS ${name}`);
        connection.run('DELETE FROM garbage WHERE name = ?', name);
      });
      return false;
    });
  }

  async close(): Promise<void> {
    await this.inTurn(async () => {
      await this.reader.close();
      await this.log.close();
      this.side.connection.close();
      this.lock.release();
    });
  }

  /** One after another, whoever asks. */
  private async inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.turn.then(work);
    this.turn = done.catch(() => undefined);
    return done;
  }

  private undo(): void {
    this.side.connection.rollback();
    this.side.directory.forget();
    this.side.generations.load();
  }
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    throw new StoreFault(
      'views-unreadable',
      `the data folder ${folder} cannot be made: ${(error as Error).message}`,
      { folder },
    );
  }
}

/** Opens the file for writing, makes what is missing, checks what is there; starts anew where that is allowed. */
function openWriting(options: EmbeddedReadModelOptions): WritingSide {
  const file = join(options.folder, 'views.sqlite');
  try {
    return writingSide(file, options);
  } catch (error) {
    const fault = faultOf(error, file);
    const damaged = fault instanceof StoreFault && fault.code === 'views-damaged';
    if (!damaged || options.recreate !== true) throw fault;
    remove(file);
    return writingSide(file, options);
  }
}

function writingSide(file: string, options: EmbeddedReadModelOptions): WritingSide {
  if (!existsSync(file)) remove(file);
  let connection = connect(file, options);
  try {
    const layout = layoutOf(connection);
    if (layout !== 0 && layout !== LAYOUT) {
      connection.close();
      remove(file);
      connection = connect(file, options);
    }
    return prepared(connection, options);
  } catch (error) {
    connection.close();
    throw error;
  }
}

function connect(file: string, options: EmbeddedReadModelOptions): Connection {
  const connection = new Connection(file, { readOnly: false });
  try {
    // Views can be rebuilt: losing the last commits in a power cut is allowed, a torn file is not.
    connection.exec(`PRAGMA page_size = 4096; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;
      PRAGMA cache_size = -${(options.cacheMegabytes ?? 128) * 1024}; PRAGMA wal_autocheckpoint = 0;
      PRAGMA journal_size_limit = 536870912`);
    return connection;
  } catch (error) {
    connection.close();
    throw error;
  }
}

function prepared(connection: Connection, { views }: EmbeddedReadModelOptions): WritingSide {
  const definitions = new Map(views.map((view) => [view.name, view]));
  const directory = new Directory(connection, true);
  const generations = new Generations(connection, definitions);
  connection.within('BEGIN IMMEDIATE', () => {
    const fresh = layoutOf(connection) === 0;
    if (fresh) createTables(connection);
    generations.adopt(fresh);
  });
  return {
    connection,
    directory,
    generations,
    reading: new ViewsReading(connection, directory, definitions),
  };
}

/** The file with what SQLite lays beside it: a log without its file would be taken for the next one's. */
function remove(file: string): void {
  for (const suffix of ['', '-wal', '-shm']) rmSync(file + suffix, { force: true });
}
