import { Injectable } from '@nestjs/common';
import type { Answer } from '#api';
import { formatTime, NotFound } from '#event-sourcing';
import { Settings } from '#platform';
import { ErasureStore } from '#privacy';
import { ErasureViews } from './erasure-views.js';
import { LoggedErasures } from './logged-erasures.js';
import { remainsOf } from './remains.js';

type Certificate = Answer<'erasure-certificate'>;

const DAY = 86_400_000;

/** What shows that a person was erased: what was destroyed, and the proof that the log says so. Throws NotFound. */
@Injectable()
export class ShowCertificate {
  constructor(
    private readonly erasures: ErasureStore,
    private readonly views: ErasureViews,
    private readonly log: LoggedErasures,
    private readonly settings: Settings,
  ) {}

  async execute(tenant: string, id: string): Promise<Certificate> {
    const record = await this.erasures.get(tenant, id);
    if (record === undefined) throw new NotFound('there is no such erasure', { id });
    const { members, finishedAt, copies } = record;
    const { backupDays: maxAgeDays } = this.settings;
    return {
      ...(await this.views.erasure(record)),
      members: await Promise.all(
        members.map(async (member) => ({
          ...member,
          event: await this.log.eventOf(record, member.customer),
        })),
      ),
      copies,
      backups: {
        maxAgeDays,
        expiredAt: finishedAt === null ? null : formatTime(finishedAt + maxAgeDays * DAY),
      },
      checkpoint: await this.log.checkpoint(),
      remains: remainsOf(this.settings),
    };
  }
}
