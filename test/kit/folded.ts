import { foldCustomer, type CustomerState } from '#customer';
import { compareOrder, eventIdOf, type Fact, type PolicyRecord, storedPosition } from '#event-sourcing';
import { ChunkWriter, FactLayouts, latestOf, readChunk } from '#journey';
import { PolicyBook, type ViewContext } from '#scoring';
import { SOURCE, type TestEvent, type TestPolicy } from './test-event.js';

const TENANT = 'default';
const LAYOUTS = new FactLayouts([]);

/** The facts of events, in business order, as a timeline gives them back. */
export function factsOf(events: readonly TestEvent[]): readonly Fact[] {
  return events.map(factOf).sort(compareOrder);
}

function factOf({ type, customer, at, data = {}, id, sequence = 0 }: TestEvent, index: number): Fact {
  const occurredAt = typeof at === 'number' ? at : Date.parse(at);
  const eventId = eventIdOf(TENANT, SOURCE, id ?? String(index));
  const fact: Fact = { type, customer, occurredAt, sequence, step: latestOf(type).step, eventId, data };
  const chunk = new ChunkWriter(LAYOUTS.current).add({ ...fact, position: index }).chunk;
  return readChunk(chunk, customer, LAYOUTS)[0]!;
}

/** What is in force at a time (ms) where these policies were published, in this order. */
export function contextAt(asOf: number, policies: readonly TestPolicy[] = []): ViewContext {
  const records = policies.map(({ type, data, effectiveFrom }, i): PolicyRecord => {
    const eventId = eventIdOf(TENANT, SOURCE, `policy-${i}`);
    const recordedAt = '2026-01-01T00:00:00.000Z';
    return {
      eventId,
      type,
      position: storedPosition(i),
      recordedAt,
      effectiveFrom,
      data: JSON.stringify(data),
    };
  });
  return PolicyBook.of(records).viewAt(asOf);
}

/** The state of one person as of the context's time, whoever the events were published to. */
export function stateOf(events: readonly TestEvent[], context: ViewContext): CustomerState {
  const known = factsOf(events).filter(({ occurredAt }) => occurredAt <= context.asOf);
  return foldCustomer(known, context);
}

/** What a view publishes of one person as of a time (ms). */
export function published<V>(
  view: { publish(state: CustomerState, context: ViewContext): V },
  events: readonly TestEvent[],
  asOf: number,
  policies: readonly TestPolicy[] = [],
): V {
  const context = contextAt(asOf, policies);
  return view.publish(stateOf(events, context), context);
}
