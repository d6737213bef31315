import { Injectable } from '@nestjs/common';
import type { Answer, Item } from '#api';
import { decodeEvent, parsePosition } from '#event-sourcing';
import { EventStore } from '#event-store';
import { etagOf, JsonText } from '#platform';
import { AskViews, AskViewsHandler, type AskedAbout } from '../query/ask-views.js';

type Step = Item<'replay'>;

/** Events that are read from the log at a time. */
const AT_ONCE = 50;

/** A customer's history step by step, with how the ledger got each event. */
@Injectable()
export class ReplayHistory {
  constructor(
    private readonly views: AskViewsHandler,
    private readonly store: EventStore,
  ) {}

  async execute(about: AskedAbout<'replay'>, after?: string): Promise<JsonText> {
    const { text, headers } = await this.views.execute(new AskViews('replay', about, after));
    const { items, next, ...frame } = JSON.parse(text) as Answer<'replay'>;
    const steps: Step[] = [];
    for (let from = 0; from < items.length; from += AT_ONCE)
      steps.push(
        ...(await Promise.all(items.slice(from, from + AT_ONCE).map((step) => this.withOrigin(step)))),
      );
    const answer = JSON.stringify({ ...frame, items: withCauses(steps), next });
    return new JsonText(answer, etagOf(answer), headers, items.length);
  }

  private async withOrigin(step: Step): Promise<Step> {
    const stored =
      step.position === undefined ? undefined : await this.store.readAt(parsePosition(step.position)!);
    if (stored === undefined) return step;
    const { recordedAt, publisher, source, id, correlationId, causationId } = decodeEvent(stored.bytes);
    const recorded = { recordedAt, publisher, source, id, correlationId, causationId };
    return { ...step, recorded };
  }
}

/** Each event names what caused it by the id of that event, the sender's or ours. */
function withCauses(steps: readonly Step[]): readonly Step[] {
  const byId = new Map<string, string>();
  for (const { eventId, recorded } of steps) {
    if (eventId === undefined) continue;
    byId.set(eventId, eventId);
    if (recorded !== undefined) byId.set(recorded.id, eventId);
  }
  return steps.map((step) => {
    const causedBy = byId.get(step.recorded?.causationId ?? '');
    return causedBy === undefined ? step : { ...step, recorded: { ...step.recorded!, causedBy } };
  });
}
