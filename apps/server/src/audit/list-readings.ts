import { Query, QueryHandler } from '@nestjs/cqrs';
import type { IQueryHandler } from '@nestjs/cqrs';
import { formatTime } from '#event-sourcing';
import { AccessStore } from '#platform';
import type { NumberedReading } from '#platform';
import type { ReadingsQuery } from './readings-query.js';

interface Readings {
  readonly items: readonly ReturnType<typeof readingView>[];
  readonly next: string | null;
}

/** Who opened personal data of the tenant's customers, the newest reading first. */
export class ListReadings extends Query<Readings> {
  constructor(
    readonly tenant: string,
    readonly about: ReadingsQuery,
  ) {
    super();
  }
}

@QueryHandler(ListReadings)
export class ListReadingsHandler implements IQueryHandler<ListReadings> {
  constructor(private readonly access: AccessStore) {}

  async execute({ tenant, about }: ListReadings): Promise<Readings> {
    const { customer, cursor, limit = 50 } = about;
    const before = cursor === undefined ? undefined : Number(cursor);
    const found = await this.access.readings({ tenant, customer, before, limit: limit + 1 });
    const page = found.slice(0, limit);
    return {
      items: page.map(readingView),
      next: found.length > limit ? String(page.at(-1)!.number) : null,
    };
  }
}

function readingView({ at, customer, subject, route, events, requestId }: NumberedReading) {
  // A dead letter of nobody who is known belongs to no customer.
  return { at: formatTime(at), subject, customer: customer || null, route, events, requestId };
}
