import { Injectable } from '@nestjs/common';
import { decodeEvent, eventIdOf, type RecordedEvent, streamName } from '#event-sourcing';
import { EventStore } from '#event-store';
import { KeyStore, openEvent } from '#privacy';

/** An alias of a customer, as somebody asks for it. */
export interface AskedAlias {
  readonly tenant: string;
  readonly customer: string;
  readonly scheme: string;
  readonly value: string;
}

/** Events that are read at a time. */
const PAGE = 1_000;
const STATES = Buffer.from('"cx.CustomerIdentified.');
const RETRACTS = Buffer.from('"cx.EventRetracted.');

/**
 * Looks in the log whether a customer goes by an alias. The hashes alone do not say it: they are kept before the event
 * is recorded, which may be refused then, and stay when it is retracted.
 */
@Injectable()
export class StatedAliases {
  constructor(
    private readonly store: EventStore,
    private readonly keys: KeyStore,
  ) {}

  /** Whether an event says so that nobody has retracted; `members`: all identities of the person. */
  async isStated(asked: AskedAlias, members: readonly string[]): Promise<boolean> {
    const { tenant, customer } = asked;
    const [keys] = await this.keys.find([{ tenant, customer }]);
    const stating = new Set<string>();
    for await (const event of this.eventsOf(tenant, customer, STATES))
      if (states(openEvent(event, keys), asked)) stating.add(event.eventId);
    for (const member of stating.size === 0 ? [] : members)
      for await (const { type, data } of this.eventsOf(tenant, member, RETRACTS))
        if (type.startsWith('cx.EventRetracted.'))
          stating.delete(eventIdOf(tenant, String(data['eventSource']), String(data['eventId'])));
    return stating.size > 0;
  }

  /** The events of a customer that have these bytes. */
  private async *eventsOf(tenant: string, customer: string, bytes: Buffer): AsyncGenerator<RecordedEvent> {
    const stream = streamName({ tenant, customer });
    for (let from = 0; ; from += PAGE) {
      const page = await this.store.readStream(stream, from, PAGE);
      for (const stored of page) if (viewOf(stored.bytes).includes(bytes)) yield decodeEvent(stored.bytes);
      if (page.length < PAGE) return;
    }
  }
}

function states({ type, data }: RecordedEvent, { scheme, value }: AskedAlias): boolean {
  const aliases = data['aliases'];
  if (!type.startsWith('cx.CustomerIdentified.') || !Array.isArray(aliases)) return false;
  return aliases.some((one) => {
    const alias = one as { readonly scheme?: unknown; readonly value?: unknown };
    return alias.scheme === scheme && alias.value === value;
  });
}

function viewOf({ buffer, byteOffset, length }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, length);
}
