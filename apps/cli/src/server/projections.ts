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
  readonly position: string;
  readonly eventsBehind: number;
  readonly secondsBehind: number;
  readonly rebuild: Rebuild | null;
}

/** What the server says of all of them. */
export interface ProjectionsStatus {
  readonly items: readonly ProjectionStatus[];
  readonly phase: string;
  readonly head: string;
  /** What became of the events; `timeline` are those that views are folded from. */
  readonly counts: { readonly timeline: number };
  /** Whether every event up to the position is accounted for. */
  readonly complete: boolean;
  /** Events and views that could not be projected. */
  readonly parked: number;
  readonly failure: unknown;
}

export async function projectionsOf(client: Client): Promise<ProjectionsStatus> {
  return client.get<ProjectionsStatus>('/v1/projections');
}
