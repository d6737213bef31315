import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { StoredEvent } from '#event-store';
import type { Principal } from '#platform';
import { KeyStore } from '#privacy';
import type { SealingKeys } from '#privacy';
import { RecordAccess } from '../access-log/record-access.js';

/** Who opens whose events, by which request. */
export interface Opening {
  readonly reader: Principal;
  readonly request: FastifyRequest;
  readonly customer: string;
}

/** Gives out the keys that open a customer's events, after it is recorded who reads which of them. */
@Injectable()
export class OpenedReadings {
  constructor(
    private readonly keys: KeyStore,
    private readonly access: RecordAccess,
  ) {}

  /** The keys; undefined where they were erased. */
  async open(
    { reader, request, customer }: Opening,
    events: readonly StoredEvent[],
  ): Promise<SealingKeys | undefined> {
    const detail = rangesOf(events.map(({ revision }) => revision));
    const opened = { action: 'open', customer, records: events.length, detail } as const;
    await this.access.before(request, reader, opened);
    const [keys] = await this.keys.find([{ tenant: reader.tenant, customer }]);
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
