import { compareOrder, streamName } from '#event-sourcing';
import type { StoredEvent } from '#event-store';
import { cutIntoChunks } from '#journey';
import type { CustomerRecord, CustomerRef } from '#views';
import { type Incoming, readIncoming } from './incoming.js';
import { personOf } from './person.js';
import type { ProjectorContext } from './projector-context.js';
import { TouchedPersons } from './touched-persons.js';

/** Events of a customer read at once. */
const PAGE = 1_000;
/** How often something of what is stored is read only to check it, ms. */
const CHECK_EVERY = 60_000;

/**
 * Packs the timelines of a customer, and of those who are one person with it, again from the log, and writes their rows
 * anew: nothing stored of them is read. An event that cannot be read any more holds its customer, and is parked.
 */
export async function mend(
  context: ProjectorContext,
  { tenant, customer }: CustomerRef,
  reason = 'asked for',
): Promise<void> {
  const { directory, progress } = context;
  if ((await directory.load([{ tenant, customer }], progress.customers + 1)).length > 0)
    return directory.forget();
  const { members } = personOf(tenant, directory.get(tenant, customer), customer);
  for (const member of members) await packAgain(context, tenant, member);
  const person = personOf(tenant, directory.get(tenant, customer), customer);
  const book = await context.policies.bookOf(tenant);
  const touched = new TouchedPersons(context, () => book);
  await touched.rewrite(person);
  await context.commit(context.changeOf(touched.derived));
  context.mended += 1;
  context.log(
    'error',
    'what is stored of a customer was damaged and is derived again from the log: check the disk',
    {
      ...{ tenant, customer, reason },
    },
  );
}

async function packAgain(context: ProjectorContext, tenant: string, member: CustomerRecord): Promise<void> {
  const { facts, unreadable } = await recordedOf(context, { tenant, customer: member.name });
  const ordered = facts.map(({ fact }) => fact).sort(compareOrder);
  const once = ordered.filter((fact, i) => i === 0 || compareOrder(ordered[i - 1]!, fact) !== 0);
  const heldAt = Math.min(member.heldAt ?? Infinity, ...unreadable.map(({ position }) => Number(position)));
  const isHeld = heldAt !== Infinity;
  if (isHeld) context.directory.hold(tenant, member.name, heldAt);
  context.touch(tenant, [member]);
  const { counts } = context.progress;
  const lost = unreadable.length;
  await context.commit({
    progress: { counts: { ...counts, timeline: counts.timeline - lost, parked: counts.parked + lost } },
    chunks: [
      { customer: member.number, change: { chunks: cutIntoChunks(once, 0, context.layouts), cut: 0 } },
    ],
    parked: unreadable,
    held: isHeld ? [{ customer: member.number, heldAt }] : [],
  });
  context.tails.forget(member.number);
}

/** All facts of a customer up to the checkpoint, as the log has them; what is parked already waits there. */
async function recordedOf(
  context: ProjectorContext,
  ref: CustomerRef,
): Promise<Pick<Incoming, 'facts' | 'unreadable'>> {
  // Where several project, the events of one customer may be further than those of all.
  const checkpoint = context.isSpread ? await context.events.head() : context.progress.checkpoint;
  const parked = new Set(context.parked.map(({ view, position }) => view ?? position));
  const events: StoredEvent[] = [];
  for (let from = 0; ; from += PAGE) {
    const page = await context.events.readStream(streamName(ref), from, PAGE);
    events.push(...page.filter(({ position }) => position <= checkpoint && !parked.has(position)));
    if (page.length < PAGE) return readIncoming(events, context.registry, context.now());
  }
}

/** Reads through all that is stored, a little every minute in which nothing else is to be done: damage is found by reading. */
export class DamageCheck {
  private after = 0;
  private nextAt = 0;

  constructor(private readonly context: ProjectorContext) {}

  /** Throws `customer-damaged` for what is not as it was written. */
  async look(): Promise<void> {
    const { clock, limits, stored, keptTables } = this.context;
    if (clock.now() < this.nextAt) return;
    this.nextAt = clock.now() + CHECK_EVERY;
    const { timelines, next } = await stored.scan(this.after, limits.jobFacts);
    const persons = timelines.map(({ customer }) => customer.number);
    await stored.rows(
      keptTables.map(({ name }) => name),
      persons,
    );
    this.after = next ?? 0;
  }
}
