import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { PostgresReadModel } from '#engines/postgres';
import { SqliteReadModel } from '#engines/sqlite';
import type { ReadModel } from '#projector';
import { DeliveredLog } from '../kit/delivered-log.js';
import { describeWithPostgres } from '../kit/describe-with-postgres.js';
import { PostgresServer } from '../kit/postgres-server.js';
import { projectorOf, SetClock, storedBytes } from '../kit/projected.js';
import { incidents, purchases } from '../kit/real-histories.js';
import type { EventSpec } from '../kit/recorded-events.js';
import type { TestEvent } from '../kit/test-event.js';

const specOf = ({ at, data, id, ...event }: TestEvent): EventSpec => ({
  ...event,
  ...{ at: Number(at), id: id!, data: data as EventSpec['data'] },
});
describeWithPostgres('11.2: the read model in PostgreSQL', () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await PostgresServer.start();
  });
  afterAll(() => server.remove());

  it.each([
    ['purchases', purchases],
    ['incidents', incidents],
  ])(
    'holds the same facts and rows as SQLite of the real history of %s, kept up and derived anew',
    async (_name, history) => {
      const log = new DeliveredLog(history().map(specOf));
      const clock = new SetClock(Date.UTC(2017, 5, 1));
      const folder = mkdtempSync(join(tmpdir(), 'cx-same-'));
      const readModels: ReadModel[] = [
        await SqliteReadModel.open({ folder, cacheMegabytes: 4 }),
        await PostgresReadModel.open({ url: await server.database() }),
      ];
      try {
        const stored: string[] = [];
        for (const readModel of readModels) {
          const projector = projectorOf({ events: log, readModel, clock, limits: { pageEvents: 500 } });
          await projector.catchUp();
          stored.push(await storedBytes(readModel));
          await projector.rebuild();
          await projector.catchUp();
          stored.push(await storedBytes(readModel));
        }
        expect(new Set(stored).size).toBe(1);
        expect(stored[0]!.length).toBeGreaterThan(500_000);
      } finally {
        for (const readModel of readModels) await readModel.close();
        rmSync(folder, { recursive: true });
      }
    },
    120_000,
  );
});
