import { InvalidInput } from '#event-sourcing';
import { Flag } from '../query/parameters.js';

/** The query parameters of `POST /v1/events`. */
export class EventsQuery {
  @Flag('true: all events are recorded, or none') readonly atomic?: boolean;

  @Flag(
    'true: nothing is stored; the answer says what would become of each event, and what the views of the customers would be',
  )
  readonly dryRun?: boolean;
}

/**
 * A stream is recorded as it comes, so it can be neither all or none nor a dry run. Throws InvalidInput
 * `invalid-query`.
 */
export function checkStreamQuery(query: EventsQuery): void {
  const faults = (['atomic', 'dryRun'] as const)
    .filter((name) => query[name] === true)
    .map((name) => ({ pointer: `/${name}`, detail: 'is not possible with a stream of lines: send a batch' }));
  if (faults.length === 0) return;
  throw new InvalidInput('invalid-query', `${faults[0]!.pointer.slice(1)} ${faults[0]!.detail}`, faults);
}
