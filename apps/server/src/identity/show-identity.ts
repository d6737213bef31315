import { Injectable } from '@nestjs/common';
import type { Answer } from '#api';
import { decodeEvent, parsePosition } from '#event-sourcing';
import { EventStore } from '#event-store';
import { JsonText } from '#platform';
import type { IdentityAnswer } from '#views';
import { AskViews, AskViewsHandler } from '../query/ask-views.js';
import type { AskedAbout } from '../query/ask-views.js';

/** Who is whom, with who said so and when: what the views know, completed from the recorded events. */
@Injectable()
export class ShowIdentity {
  constructor(
    private readonly views: AskViewsHandler,
    private readonly store: EventStore,
  ) {}

  async execute(about: AskedAbout<'identity'>, after?: string): Promise<Answer<'identity'>> {
    const answer: JsonText = await this.views.execute(new AskViews('identity', about, after));
    const { links, ...rest } = JSON.parse(answer.text) as IdentityAnswer;
    return { ...rest, links: await Promise.all(links.map((link) => this.withOrigin(link))) };
  }

  private async withOrigin(link: IdentityAnswer['links'][number]) {
    const stored = await this.store.readAt(parsePosition(link.position)!);
    const { recordedAt = link.occurredAt, publisher = '' } =
      stored === undefined ? {} : decodeEvent(stored.bytes);
    return { ...link, recordedAt, publisher };
  }
}
