import type { SentEvent } from '../kit/touchpoint.js';
import type { Api } from '../kit/api.js';
import type { Promises } from './promises.js';

export type PublishedEvent = SentEvent & { readonly id: string; readonly subject: string };

/** A way into the ledger. */
export interface Publisher {
  /** Sends the events once; false when that failed and they must be sent again. Notes what it was promised. */
  send(events: readonly PublishedEvent[]): Promise<boolean>;
  close(): Promise<void>;
}

interface Result {
  readonly id: string;
  readonly status: 'recorded' | 'duplicate' | 'rejected';
  readonly position: string;
  readonly revision: number;
  readonly problem?: { readonly type: string };
}

/** Over HTTP: one event by itself, several as a batch. */
export class HttpPublisher implements Publisher {
  constructor(
    private readonly server: () => Promise<Api>,
    private readonly promises: Promises,
  ) {}

  async send(events: readonly PublishedEvent[]): Promise<boolean> {
    const api = await this.server();
    const single = events.length === 1;
    const form = single ? 'application/cloudevents+json' : 'application/cloudevents-batch+json';
    const body = JSON.stringify(single ? events[0] : events);
    let answer;
    try {
      answer = await api.ask('/v1/events', { body, headers: { 'content-type': form } });
    } catch {
      return false;
    }
    if ([429, 500, 502, 503].includes(answer.status)) {
      if (answer.status === 500) this.promises.contradictions.push(`answered 500: ${answer.text}`);
      return false;
    }
    if (answer.status === 422 && single) this.promises.refused++;
    else if (answer.status !== 200) throw new Error(`${answer.status}: ${answer.text}`);
    for (const result of (answer.body.results ?? []) as readonly Result[]) {
      if (result.status === 'rejected') this.promises.refused++;
      else this.promises.promise(result.id, { position: Number(result.position), revision: result.revision });
    }
    return true;
  }

  async close(): Promise<void> {}
}
