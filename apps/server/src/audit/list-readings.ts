import { Query, QueryHandler } from '@nestjs/cqrs';
import type { IQueryHandler } from '@nestjs/cqrs';
import { formatTime } from '#event-sourcing';
import { AccessStore } from '#platform';
import type { NumberedReading } from '#platform';
import { Cursors } from '../cursors/cursors.js';
import { numberedPage } from '../cursors/numbered-page.js';
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
  constructor(
    private readonly access: AccessStore,
    private readonly cursors: Cursors,
  ) {}

  async execute({ tenant, about }: ListReadings): Promise<Readings> {
    const { customer } = about;
    const scope = { route: 'readings', tenant, filters: { customer } };
    const read = (before: number | undefined, limit: number) =>
      this.access.readings({ tenant, customer, before, limit });
    return numberedPage(this.cursors, scope, about, read, readingView);
  }
}

function readingView({ at, customer, subject, route, events, requestId }: NumberedReading) {
  // A dead letter of nobody who is known belongs to no customer.
  return { at: formatTime(at), subject, customer: customer || null, route, events, requestId };
}
