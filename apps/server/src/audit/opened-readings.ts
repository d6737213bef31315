import { Injectable } from '@nestjs/common';
import type { StoredEvent } from '#event-store';
import { AccessStore } from '#platform';
import type { Principal } from '#platform';
import { KeyStore } from '#privacy';
import type { SealingKeys } from '#privacy';

/** Who opens whose events, by which request. */
export interface Opening {
  readonly reader: Principal;
  readonly requestId: string;
  readonly route: string;
  readonly customer: string;
}

/** Gives out the keys that open a customer's events, after it is written down who reads which of them. */
@Injectable()
export class OpenedReadings {
  constructor(
    private readonly keys: KeyStore,
    private readonly access: AccessStore,
  ) {}

  /** The keys; undefined where they were erased. */
  async open(
    { reader, requestId, route, customer }: Opening,
    events: readonly StoredEvent[],
  ): Promise<SealingKeys | undefined> {
    const { tenant, subject } = reader;
    const opened = rangesOf(events.map(({ revision }) => revision));
    const what = { customer, route, events: events.length, opened };
    await this.access.noteReading({ tenant, subject, requestId, ...what, at: Date.now() });
    const [keys] = await this.keys.find([{ tenant, customer }]);
    return keys;
  }
}

/** Ascending numbers in short: `0-49 52`. */
function rangesOf(numbers: readonly number[]): string {
  const ranges: [first: number, last: number][] = [];
  for (const number of numbers) {
    const last = ranges.at(-1);
    if (last?.[1] === number - 1) last[1] = number;
    else ranges.push([number, number]);
  }
  return ranges.map(([first, last]) => (first === last ? String(first) : `${first}-${last}`)).join(' ');
}
