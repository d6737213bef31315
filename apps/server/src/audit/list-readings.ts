import { Query, QueryHandler } from '@nestjs/cqrs';
import type { IQueryHandler } from '@nestjs/cqrs';
import { formatTime } from '#event-sourcing';
import type { Answer, Item } from '#api';
import { AccessStore } from '#platform';
import type { NumberedReading } from '#platform';
import { Cursors } from '../cursors/cursors.js';
import { numberedPage } from '../cursors/numbered-page.js';
import type { ReadingsQuery } from './readings-query.js';

/** Who opened personal data of the tenant's customers, the newest reading first. */
export class ListReadings extends Query<Answer<'readings'>> {
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

  async execute({ tenant, about }: ListReadings): Promise<Answer<'readings'>> {
    const { customer } = about;
    const scope = { route: 'readings', tenant, filters: { customer } };
    const read = (before: number | undefined, limit: number) =>
      this.access.readings({ tenant, customer, before, limit });
    const { items, next } = await numberedPage(this.cursors, scope, about, read, (reading) => reading);
    const labels = await this.labelsOf(items.map(({ subject }) => subject));
    return { items: items.map((reading) => readingView(reading, labels)), next };
  }

  /** What the keys among the subjects are called; tokens and the operator have no label. */
  private async labelsOf(subjects: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const labels = new Map<string, string>();
    for (const subject of new Set(subjects)) {
      const key = await this.access.find(subject);
      if (key !== undefined) labels.set(subject, key.label);
    }
    return labels;
  }
}

function readingView(reading: NumberedReading, labels: ReadonlyMap<string, string>): Item<'readings'> {
  const { at, customer, subject, route, events, requestId, opened } = reading;
  return {
    readAt: formatTime(at),
    reader: { subject, label: labels.get(subject) ?? null },
    // A dead letter that names no known customer belongs to none.
    customer: customer || null,
    ...{ route, requestId, events, opened },
  };
}
