import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { LedgerError, streamName } from '#event-sourcing';
import type { Position } from '#event-sourcing';
import { EventStore } from '#event-store';
import type { StoredEvent } from '#event-store';
import type { Principal } from '#platform';
import { type EventBounds, isWithin } from '../audit/event-bounds.js';
import { OpenedReadings } from '../audit/opened-readings.js';
import { recordedEventText } from '../audit/recorded-event-text.js';
import { ProofsThread } from '../proofs/proofs-thread.js';
import { linesOf } from './evidence-answers.js';
import type { EvidenceExtent } from './evidence-extent.js';

/** Whose events, and for whom. */
export interface EvidenceRequest {
  readonly reader: Principal;
  readonly request: FastifyRequest;
  /** All identities of the person. */
  readonly members: readonly string[];
  readonly open: boolean;
}

/** Which of them, in a tree of `size` entries. */
export interface EvidenceBounds extends EventBounds {
  readonly upTo: Position;
  readonly size: number;
}

/** The events of a person as lines, read from the store as they are sent. */
export interface PersonEvents {
  events(): AsyncGenerator<string>;
  proofs(): AsyncGenerator<string>;
  /** How much there is to give. */
  extent(): Promise<EvidenceExtent>;
}

/** Events that are read, opened and proven at a time. */
const PAGE = 500;

@Injectable()
export class EvidenceEvents {
  constructor(
    private readonly store: EventStore,
    private readonly opened: OpenedReadings,
    private readonly proofs: ProofsThread,
  ) {}

  of({ reader, request, members, open }: EvidenceRequest, bounds: EvidenceBounds): PersonEvents {
    const { store, opened, proofs } = this;
    const { tenant } = reader;
    const pages = async function* () {
      for (const customer of members)
        for await (const page of pagesOf(store, streamName({ tenant, customer }), bounds))
          yield { customer, page };
    };
    return {
      async extent() {
        const counts = new Map(members.map((customer) => [customer, 0]));
        let bytes = 0;
        for await (const { customer, page } of pages()) {
          counts.set(customer, counts.get(customer)! + page.length);
          for (const event of page) bytes += event.bytes.length;
        }
        const identities = [...counts].map(([customer, events]) => ({ customer, events }));
        return { events: identities.reduce((sum, { events }) => sum + events, 0), bytes, identities };
      },
      async *events() {
        for await (const { customer, page } of pages()) {
          const keys = open ? { keys: await opened.open({ reader, request, customer }, page) } : undefined;
          yield page.map((event) => `${recordedEventText(event, keys)}\n`).join('');
        }
      },
      async *proofs() {
        for await (const { page } of pages()) {
          const entries = page.map(entryOf);
          const hashes = await proofs.inclusions(entries, bounds.size);
          yield linesOf(
            entries.map((entry, i) => ({
              entry,
              proof: hashes[i]!.map((hash) => Buffer.from(hash).toString('base64')),
            })),
          );
        }
      },
    };
  }
}

async function* pagesOf(
  store: EventStore,
  stream: string,
  bounds: EvidenceBounds,
): AsyncGenerator<readonly StoredEvent[]> {
  for (let from = 0; ;) {
    const page = await store.readStream(stream, from, PAGE);
    const wanted = page.filter((event) => isWithin(event, bounds));
    if (wanted.length > 0) yield wanted;
    if (page.length < PAGE || page.at(-1)!.position > bounds.upTo) return;
    from = page.at(-1)!.revision + 1;
  }
}

function entryOf({ entry, position }: StoredEvent): number {
  if (entry !== undefined) return entry;
  throw new LedgerError(
    'proofs-behind',
    `the event at position ${position} has no entry yet: ask again in a moment`,
  );
}
