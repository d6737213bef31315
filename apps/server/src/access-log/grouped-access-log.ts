import { LedgerError, LIMITS, Overloaded } from '#event-sourcing';
import type { Intake } from '#intake';
import type { AccessEntry } from '#journey';
import { AccessLog } from '#platform';

/**
 * How long an access waits for others before they are recorded together, ms: what a crash may lose. While an empty ledger
 * is being filled they wait until that ends: recorded now, they would end it.
 */
const GROUP_MILLIS = 1_000;
/** How long they wait after they could not be recorded, ms. */
const RETRY_MILLIS = 5_000;
/** JSON text of the entries of one event, in UTF-16 units: three bytes each at most stay within an event. */
const GROUP_CHARACTERS = 80_000;

export interface GroupedAccessLogOptions {
  readonly intake: Pick<Intake, 'recordAccess' | 'isBeingFilled'>;
  readonly onTrouble: (what: string, reason: Error) => void;
}

/**
 * Records accesses in groups, each an event in the stream of its tenant. What cannot be recorded waits, within bounds,
 * and is tried again; when the bound is reached, reads are refused rather than left unrecorded.
 */
export class GroupedAccessLog extends AccessLog {
  private readonly waiting = new Map<string, AccessEntry[]>();
  private timer: NodeJS.Timeout | undefined;
  private flushing: Promise<void> = Promise.resolve();

  constructor(private readonly options: GroupedAccessLogOptions) {
    super();
  }

  override note(tenant: string, entry: AccessEntry): void {
    const entries = this.waiting.get(tenant);
    if (entries === undefined) this.waiting.set(tenant, [entry]);
    else entries.push(entry);
    this.flushLater(GROUP_MILLIS);
  }

  override async write(tenant: string, entry: AccessEntry): Promise<void> {
    await this.options.intake.recordAccess(tenant, [entry]);
  }

  /**
   * Each tenant has an equal share of what may wait: one whose accesses cannot be recorded (its key is missing) stops
   * nobody else from reading. All of n tenants together then wait with at most 1 + ½ + … + 1/n times the bound.
   */
  override checkRoom(tenant: string): void {
    const own = this.waiting.get(tenant)?.length ?? 0;
    const tenants = this.waiting.has(tenant) ? this.waiting.size : this.waiting.size + 1;
    if (own < LIMITS.accessWaiting / tenants) return;
    throw new Overloaded(
      `the accesses of tenant ${tenant} cannot be recorded at the moment, so nothing of it can be read: try again`,
      5,
    );
  }

  /** Records all that waits; resolves when that is durable, or has failed and waits on. */
  flush(): Promise<void> {
    this.flushing = this.flushing.then(() => this.flushWaiting());
    return this.flushing;
  }

  private flushLater(millis: number): void {
    this.timer ??= setTimeout(() => void this.flushUnlessFilled(), millis).unref();
  }

  private async flushUnlessFilled(): Promise<void> {
    this.timer = undefined;
    // A log that cannot be read has its fault told by the attempt to write.
    const isBeingFilled = await this.options.intake.isBeingFilled().catch(() => false);
    if (isBeingFilled) this.flushLater(GROUP_MILLIS);
    else await this.flush();
  }

  private async flushWaiting(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    // What keeps the accesses of one tenant from being recorded (its key is missing) does not keep those of the others.
    for (const tenant of [...this.waiting.keys()])
      try {
        await this.flushTenant(tenant);
      } catch (error) {
        this.options.onTrouble('the access log', error as LedgerError);
        this.flushLater(RETRY_MILLIS);
      }
  }

  private async flushTenant(tenant: string): Promise<void> {
    const entries = this.waiting.get(tenant)!;
    for (let group = groupOf(entries); group.length > 0; group = groupOf(entries)) {
      await this.options.intake.recordAccess(tenant, group);
      entries.splice(0, group.length);
    }
    this.waiting.delete(tenant);
  }
}

/** The first entries, as many as one event takes. */
function groupOf(entries: readonly AccessEntry[]): readonly AccessEntry[] {
  let characters = 0;
  let count = 0;
  while (count < entries.length && count < LIMITS.accessGroup) {
    characters += JSON.stringify(entries[count]).length;
    if (count > 0 && characters > GROUP_CHARACTERS) break;
    count += 1;
  }
  return entries.slice(0, count);
}
