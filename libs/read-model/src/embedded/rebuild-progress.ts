import type { BuildRecord, RebuildProgress } from '#event-sourcing';
import type { Connection } from './connection.js';

/** The build under way; undefined when there is none. */
export function readBuild(connection: Connection): BuildRecord | undefined {
  const row = connection.get(
    'SELECT started_at, cursor, customers_done, events_done, customers_total, events_total FROM build',
  );
  if (row === undefined) return undefined;
  return {
    views: connection.all('SELECT name FROM build_view ORDER BY name').map(([name]) => name as string),
    startedAt: row[0] as string,
    cursor: row[1] as number,
    customersDone: row[2] as number,
    eventsDone: row[3] as number,
    customersTotal: row[4] as number,
    eventsTotal: row[5] as number,
  };
}

/** How fast the build under way is, and how long it will take at that rate. */
export function rebuildOf(connection: Connection, now: number): RebuildProgress | null {
  const build = readBuild(connection);
  if (build === undefined) return null;
  const seconds = Math.max((now - Date.parse(build.startedAt)) / 1000, 0.001);
  const rate = build.eventsDone / seconds;
  const left = Math.max(build.eventsTotal - build.eventsDone, 0);
  return {
    startedAt: build.startedAt,
    customersDone: build.customersDone,
    customersTotal: build.customersTotal,
    eventsDone: build.eventsDone,
    eventsTotal: build.eventsTotal,
    eventsPerSecond: Math.round(rate),
    secondsLeft: rate > 0 ? Math.round(left / rate) : null,
  };
}
