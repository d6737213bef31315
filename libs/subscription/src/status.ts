import { decodeEvent, type Position } from '#event-sourcing';
import type { ProjectorStatus } from './projector-status.js';
import type { Setting } from './setting.js';

/** Parked records shown at most. */
const SHOWN = 100;
/** Events behind which it still counts as live. */
const NEAR = 1_000;

/** What the projector itself knows. */
interface Known {
  readonly failure: ProjectorStatus['failure'];
  readonly bulk: boolean;
  readonly eventsPerSecond: number;
}

/** The status of one moment of the read model, beside the head of the event store. */
export async function statusOf(
  setting: Setting,
  { failure, bulk, eventsPerSecond }: Known,
): Promise<ProjectorStatus> {
  const stored = await setting.transaction(async (transaction) => ({
    progress: await transaction.progress(),
    sweeps: await transaction.sweeps(),
  }));
  const { checkpoint, recorded, counts } = stored.progress;
  const head = await setting.events.head();
  const eventsBehind = Math.max(Number(head - checkpoint), 0);
  const parked = await setting.readModel.reader.parked();
  return {
    phase: failure !== null ? 'retrying' : bulk ? 'bulk' : eventsBehind > NEAR ? 'catching-up' : 'live',
    position: checkpoint,
    recorded,
    head,
    eventsBehind,
    secondsBehind: eventsBehind === 0 ? 0 : await ageOfNext(setting, checkpoint),
    eventsPerSecond,
    counts,
    complete:
      counts.read === counts.timeline + counts.duplicates + counts.policies + counts.ignored + counts.parked,
    projections: await setting.readModel.reader.projections(),
    parkedCount: parked.length,
    parked: parked.slice(0, SHOWN),
    sweeps: stored.sweeps,
    failure,
  };
}

/** Seconds since the first event that is not folded yet was recorded. */
async function ageOfNext({ events, clock }: Setting, after: Position): Promise<number> {
  const {
    events: [next],
  } = await events.readAll({ after, limit: 1 });
  if (next === undefined) return 0;
  try {
    return Math.max((clock.now() - Date.parse(decodeEvent(next.bytes).recordedAt)) / 1000, 0) || 0;
  } catch {
    return 0;
  }
}
