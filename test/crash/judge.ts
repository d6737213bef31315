import { EmbeddedEventStore } from '#engines/sqlite';
import { START } from '#event-sourcing';
import { type EventStore, type NewEvent, type StoredEvent } from '#event-store';
import { idOf } from '../kit/new-events.js';
import { placeText, samePlace, type EventPlace } from './acknowledgement.js';
import { openPutBack } from './open-put-back.js';
import type { Random } from './random.js';
import { Verdict, type Known } from './verdict.js';
import type { Workload } from './workload.js';

interface KnownEvents extends Known {
  readonly workload: Workload;
}

/** Opens the folder as the next start would, and looks whether all that was promised is so. */
export async function judge(folder: string, known: KnownEvents, random: Random): Promise<Verdict> {
  const verdict = new Verdict();
  let store: EmbeddedEventStore;
  try {
    const open = () => EmbeddedEventStore.open({ folder });
    store = await openPutBack(open, folder, known.putBack === true);
  } catch (error) {
    verdict.wrong.push(`it does not open: ${(error as Error).message}`);
    for (const { places } of known.acknowledged) verdict.lost += places.length;
    return verdict;
  }
  try {
    const inquiry = new Inquiry(store, known, verdict, random);
    const places = await inquiry.promises();
    await inquiry.retries(places);
    await inquiry.index();
  } catch (error) {
    verdict.wrong.push(`it fails: ${(error as Error).stack}`);
  } finally {
    await store.close();
  }
  return verdict;
}

/** How many streams and ids are looked up through the index. */
const SAMPLE = 200;

class Inquiry {
  /** Every event of the workload by its id in the test's words. */
  readonly #planned = new Map<string, NewEvent>();

  constructor(
    private readonly store: EventStore,
    private readonly known: KnownEvents,
    private readonly verdict: Verdict,
    private readonly random: Random,
  ) {
    for (const event of known.workload.requests.flat()) this.#planned.set(idOf(event.bytes), event);
  }

  /** Everything acknowledged is there: bytes, position, revision. Returns where each event is. */
  async promises(): Promise<ReadonlyMap<string, EventPlace>> {
    const places = await this.#log();
    const promised = new Map<string, EventPlace>();
    for (const { request, places: at } of this.known.acknowledged) {
      this.known.workload.requests[request]!.forEach((event, i) => promised.set(idOf(event.bytes), at[i]!));
    }
    this.verdict.acknowledged = promised.size;
    for (const [id, place] of promised) {
      const found = places.get(id);
      if (found === undefined) this.verdict.lost++;
      else if (!samePlace(found, place))
        this.#wrong(`${id} moved from ${placeText(place)} to ${placeText(found)}`);
    }
    this.verdict.unacknowledgedFound = [...places.keys()].filter((id) => !promised.has(id)).length;
    return places;
  }

  /** Everything is sent again, as publishers do: each event is there once, where it was if it was. */
  async retries(before: ReadonlyMap<string, EventPlace>): Promise<void> {
    const requests = this.known.workload.requests.slice(0, this.known.sent);
    const outcomes = (await Promise.all(requests.map((events) => this.store.append({ events })))).flat();
    const after = await this.#log();
    requests.flat().forEach((event, i) => {
      const id = idOf(event.bytes);
      const outcome = outcomes[i]!;
      const place = after.get(id);
      if (outcome.status !== 'recorded' && outcome.status !== 'duplicate')
        this.#wrong(`${id} sent again is ${outcome.status}`);
      else if (place === undefined) this.#wrong(`${id} sent again is ${outcome.status} but not there`);
      else if (!samePlace(place, { position: Number(outcome.position), revision: outcome.revision }))
        this.#wrong(`${id} is ${outcome.status} at ${outcome.position} but lies at ${placeText(place)}`);
      const was = before.get(id);
      if (was !== undefined && outcome.status !== 'duplicate')
        this.#wrong(`${id} was at ${placeText(was)}, sent again`);
    });
  }

  /** What is found by id and by stream is what the log has. */
  async index(): Promise<void> {
    const places = await this.#log();
    const streams = new Map<string, number[]>();
    for (const [id, { position }] of places) {
      const { stream } = this.#planned.get(id)!;
      streams.set(stream, [...(streams.get(stream) ?? []), position]);
    }
    for (const id of this.random.shuffled([...this.#planned.keys()]).slice(0, SAMPLE)) {
      const found = await this.store.find(this.#planned.get(id)!.eventId);
      const place = places.get(id)?.position;
      if (Number(found ?? -1) !== (place ?? -1)) this.#wrong(`${id} is found at ${found}, lies at ${place}`);
    }
    for (const [stream, positions] of this.random.shuffled([...streams]).slice(0, SAMPLE)) {
      const events = await this.store.readStream(stream, 0, 100_000);
      if (events.map(({ position }) => Number(position)).join() !== positions.join())
        this.#wrong(`stream ${stream} is read as ${events.length} events, has ${positions.length}`);
    }
  }

  /** The whole log, checked event by event. */
  async #log(): Promise<Map<string, EventPlace>> {
    const places = new Map<string, EventPlace>();
    const revisions = new Map<string, number>();
    let next = 1;
    for await (const { position, entry, revision, bytes } of allEvents(this.store)) {
      if (Number(position) !== next || entry !== next - 1) this.#wrong(`after ${next - 1} comes ${position}`);
      next = Number(position) + 1;
      const id = idOf(bytes);
      const planned = this.#planned.get(id);
      if (planned === undefined || !Buffer.from(bytes).equals(planned.bytes)) {
        this.#wrong(`position ${position} has other bytes than were sent`);
        continue;
      }
      if (places.has(id)) this.verdict.duplicated++;
      else places.set(id, { position: Number(position), revision });
      const expected = revisions.get(planned.stream) ?? 0;
      if (revision !== expected)
        this.#wrong(`${planned.stream}: revision ${revision} instead of ${expected}`);
      revisions.set(planned.stream, revision + 1);
    }
    const head = await this.store.head();
    if (Number(head) !== next - 1) this.#wrong(`the head is ${head}, the last event ${next - 1}`);
    return places;
  }

  #wrong(what: string): void {
    this.verdict.wrong.push(what);
  }
}

async function* allEvents(store: EventStore): AsyncGenerator<StoredEvent> {
  for (let after = START; ;) {
    const page = await store.readAll({ after, limit: 10_000 });
    yield* page.events;
    if (page.atEnd) return;
    after = page.scannedTo;
  }
}
