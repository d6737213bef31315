import { Failure } from '../failure.js';
import type { Client } from './client.js';

export interface Rebuild {
  readonly customersDone: number;
  readonly customersTotal: number;
  readonly eventsDone: number;
  readonly eventsTotal: number;
  readonly eventsPerSecond: number;
  readonly secondsLeft: number | null;
}

/** The status of one view, as the operator gets it. */
export interface ProjectionStatus {
  readonly name: string;
  readonly position: string;
  readonly eventsBehind: number;
  readonly secondsBehind: number;
  readonly rebuild: Rebuild | null;
}

/** The status of all views, as the operator gets it. */
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
  readonly mended: number;
  readonly failure: unknown;
}

/** The status as a tenant gets it: without figures that include other tenants. */
interface Freshness {
  readonly items: readonly Pick<ProjectionStatus, 'name' | 'secondsBehind'>[];
}

/** Throws `operator-only` where the client has the key of one tenant. */
export async function projectionsOf(client: Client): Promise<ProjectionsStatus> {
  const answer = await client.get<ProjectionsStatus | Freshness>('/v1/projections');
  if ('head' in answer) return answer;
  throw new Failure(
    'operator-only',
    'the state of the projections of all tenants is for the operator: run this on the server’s machine, without CX_URL',
  );
}
