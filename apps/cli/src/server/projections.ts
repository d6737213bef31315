import type { Client } from './client.js';

export interface Rebuild {
  readonly customersDone: number;
  readonly customersTotal: number;
  readonly eventsDone: number;
  readonly eventsTotal: number;
  readonly eventsPerSecond: number;
  readonly secondsLeft: number | null;
}

/** What the server says of one view. */
export interface ProjectionStatus {
  readonly name: string;
  readonly position?: string;
  readonly eventsBehind?: number;
  readonly secondsBehind?: number;
  readonly rebuild?: Rebuild | null;
}

export async function projectionsOf(client: Client): Promise<readonly ProjectionStatus[]> {
  const { items } = await client.get<{ items: readonly ProjectionStatus[] }>('/v1/projections');
  return items;
}
