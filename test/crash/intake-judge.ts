import { canonicalJson, decodeEvent, START, type Json } from '#event-sourcing';
import { openEvent } from '#privacy';
import { placeText, samePlace, type EventPlace } from './acknowledgement.js';
import { TENANT, type IntakeRequest, type IntakeWorkload, type Touchpoint } from './intake-workload.js';
import { LedgerParts } from './ledger-parts.js';
import { openPutBack } from './open-put-back.js';
import { Verdict, type Known } from './verdict.js';

/** Opens the folder as the next start would, and looks whether all that was promised is there and can be opened. */
export async function judgeIntake(root: string, workload: IntakeWorkload, known: Known): Promise<Verdict> {
  const verdict = new Verdict();
  const promised = known.acknowledged.map(({ request }) => workload.requests[request]!);
  verdict.acknowledged = new Set(promised.flatMap(thingsIn)).size;
  let parts: LedgerParts;
  try {
    const open = () => LedgerParts.open(root);
    parts = await openPutBack(open, LedgerParts.folderIn(root), known.putBack === true);
  } catch (error) {
    verdict.wrong.push(`it does not open: ${(error as Error).message}`);
    verdict.lost = verdict.acknowledged;
    return verdict;
  }
  try {
    const inquiry = new IntakeInquiry(parts, workload, verdict);
    const before = await inquiry.events(placesOf(known, workload));
    await inquiry.letters(promised);
    // Where a loss was accepted, what was answered before may not be recorded any more: those answers are given no more.
    if (parts.store.epoch === 'first') await inquiry.answers(promised);
    else await inquiry.noAnswers(promised);
    // Everything is sent again, as senders do who got no answer: then all of it is there, once.
    const sent = workload.requests.slice(0, known.sent);
    await inquiry.retries(sent, before);
    await inquiry.letters(sent);
    await inquiry.answers(sent);
  } catch (error) {
    verdict.wrong.push(`it fails: ${(error as Error).stack}`);
  } finally {
    await parts.close();
  }
  return verdict;
}

function thingsIn(request: IntakeRequest): readonly unknown[] {
  if (request.is === 'events') return request.events;
  if (request.is === 'letters') return request.letters;
  return request.is === 'answer' ? [request.answer] : [];
}

/** Where each acknowledged event was said to stand, by its id. */
function placesOf({ acknowledged }: Known, { requests }: IntakeWorkload): Map<string, EventPlace> {
  const places = new Map<string, EventPlace>();
  for (const { request, places: at } of acknowledged) {
    const sent = requests[request]!;
    if (sent.is === 'events') sent.events.forEach(({ id }, i) => places.set(id, at[i]!));
  }
  return places;
}

class IntakeInquiry {
  readonly #planned = new Map<string, Touchpoint>();

  constructor(
    private readonly parts: LedgerParts,
    { requests }: IntakeWorkload,
    private readonly verdict: Verdict,
  ) {
    for (const request of requests)
      if (request.is === 'events') for (const event of request.events) this.#planned.set(event.id, event);
  }

  /** Every event promised is there, and every event that is there says what was sent. Returns where each is. */
  async events(promised: ReadonlyMap<string, EventPlace>): Promise<ReadonlyMap<string, EventPlace>> {
    const places = await this.#log();
    for (const [id, place] of promised) {
      const found = places.get(id);
      if (found === undefined) this.verdict.lost++;
      else if (!samePlace(found, place))
        this.#wrong(`${id} moved from ${placeText(place)} to ${placeText(found)}`);
    }
    this.verdict.unacknowledgedFound += [...places.keys()].filter((id) => !promised.has(id)).length;
    return places;
  }

  async letters(promised: readonly IntakeRequest[]): Promise<void> {
    const bodies = new Map(
      promised.flatMap((request) =>
        request.is === 'letters' ? request.letters.map(({ origin, body }) => [origin, body] as const) : [],
      ),
    );
    const found = new Set<string>();
    for (const tenant of [TENANT, '']) {
      for await (const opened of this.parts.letters(tenant)) {
        const { origin } = opened.letter;
        if (found.has(origin)) this.verdict.duplicated++;
        found.add(origin);
        const body = 'body' in opened ? opened.body : opened.error.message;
        const expected = bodies.get(origin);
        if (expected !== undefined && JSON.stringify(body) !== JSON.stringify(expected))
          this.verdict.unopened++;
      }
    }
    this.verdict.lost += [...bodies.keys()].filter((origin) => !found.has(origin)).length;
  }

  async answers(promised: readonly IntakeRequest[]): Promise<void> {
    for (const request of new Set(promised)) {
      if (request.is !== 'answer') continue;
      const found = await this.parts.answers.find(request.owner);
      // Under another key it is not even found.
      if (JSON.stringify(found) !== JSON.stringify(request.answer)) this.verdict.lost++;
    }
  }

  async noAnswers(promised: readonly IntakeRequest[]): Promise<void> {
    for (const request of promised)
      if (request.is === 'answer' && (await this.parts.answers.find(request.owner)) !== undefined)
        this.#wrong(`${request.owner.key} is answered as before the loss`);
  }

  /** An event that was there is a duplicate where it lies, and never another event under a used id. */
  async retries(sent: readonly IntakeRequest[], before: ReadonlyMap<string, EventPlace>): Promise<void> {
    const again = sent.filter(({ is }) => is !== 'rotation');
    const answers = (await Promise.all(again.map((request) => this.parts.take(request)))).flat();
    const after = await this.#log();
    for (const answer of answers) {
      const { id } = answer;
      if (answer.status === 'rejected') {
        this.#wrong(`${id} sent again is ${answer.problem.code}`);
        continue;
      }
      const place = { position: Number(answer.position), revision: answer.revision };
      const [was, lies] = [before.get(id!), after.get(id!)];
      if (was !== undefined && answer.status !== 'duplicate') this.#wrong(`${id} is recorded again`);
      if (lies === undefined) this.#wrong(`${id} sent again is ${answer.status} but not there`);
      else if (!samePlace(lies, place))
        this.#wrong(`${id} is ${answer.status} at ${placeText(place)} but lies at ${placeText(lies)}`);
    }
  }

  /** The whole log, each event opened. */
  async #log(): Promise<Map<string, EventPlace>> {
    const places = new Map<string, EventPlace>();
    for (let [after, atEnd] = [START, false]; !atEnd;) {
      const page = await this.parts.store.readAll({ after, limit: 1_000 });
      for (const { position, revision, bytes } of page.events) {
        const { id } = decodeEvent(bytes);
        if (places.has(id)) this.verdict.duplicated++;
        else if (!(await this.#says(bytes))) this.verdict.unopened++;
        places.set(id, { position: Number(position), revision });
      }
      [after, atEnd] = [page.scannedTo, page.atEnd];
    }
    return places;
  }

  /** Whether a recorded event, opened with its customer's key, says what was sent. */
  async #says(bytes: Uint8Array): Promise<boolean> {
    const event = decodeEvent(bytes);
    const { tenant, customer } = event;
    const [keys] = await this.parts.keys.find([{ tenant, customer }]);
    const sent = this.#planned.get(event.id)?.data as Json | undefined;
    try {
      return canonicalJson(openEvent(event, keys).data) === canonicalJson(sent!);
    } catch {
      return false;
    }
  }

  #wrong(what: string): void {
    this.verdict.wrong.push(what);
  }
}
