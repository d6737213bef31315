import { Injectable } from '@nestjs/common';
import type { Answer } from '#api';
import { formatTime, timeOrNull } from '#event-sourcing';
import { AccessStore } from '#platform';
import type { ErasureRecord } from '#privacy';

/** Erasures as they are shown. */
@Injectable()
export class ErasureViews {
  constructor(private readonly access: AccessStore) {}

  async erasure(record: ErasureRecord): Promise<Answer<'erasure'>> {
    const { id, customer, reason, requestedBy, requestId, requestedAt, members } = record;
    const { destroyedAt, finishedAt } = record;
    const key = await this.access.find(requestedBy);
    return {
      ...{ id, customer, reason, requestId, members },
      status: finishedAt === null ? 'under-way' : 'finished',
      requestedBy: { subject: requestedBy, label: key?.label ?? null },
      requestedAt: formatTime(requestedAt),
      destroyedAt: timeOrNull(destroyedAt),
      finishedAt: timeOrNull(finishedAt),
    };
  }
}
