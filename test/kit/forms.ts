import type { Api, ApiAnswer } from './api.js';
import type { SentEvent } from './touchpoint.js';

/** Every form in which one event may be sent over HTTP. */
export const FORMS = [
  'structured',
  'binary',
  'batch',
  'twice in a batch',
  'atomic',
  'plain',
  'lines',
] as const;
export type Form = (typeof FORMS)[number];

const type = (name: string) => ({ 'content-type': name });
const BATCH = type('application/cloudevents-batch+json');

/** Sends one event in this form. */
export function sendAs(form: Form, api: Api, event: SentEvent): Promise<ApiAnswer> {
  const text = JSON.stringify(event);
  switch (form) {
    case 'structured':
      return api.ask('/v1/events', { headers: type('application/cloudevents+json'), body: text });
    case 'binary': {
      const { data, ...attributes } = event;
      const entries = Object.entries(attributes).map(([name, value]) => [
        `ce-${name}`,
        encodeURIComponent(String(value)),
      ]);
      const headers = { ...Object.fromEntries(entries), ...type('application/json') };
      return api.ask('/v1/events', { headers, body: JSON.stringify(data) });
    }
    case 'batch':
      return api.ask('/v1/events', { headers: BATCH, body: `[${text}]` });
    case 'twice in a batch':
      return api.ask('/v1/events', { headers: BATCH, body: `[${text},${text}]` });
    case 'atomic':
      return api.ask('/v1/events?atomic=true', { headers: BATCH, body: `[${text}]` });
    case 'plain':
      return api.ask('/v1/events', { json: event });
    case 'lines':
      return api.ask('/v1/events', { headers: type('application/x-ndjson'), body: `${text}\n` });
  }
}

/**
 * How often each status was answered: recorded, duplicate, rejected, or the code of a problem. A stream counts, all
 * else answers event by event.
 */
export function answered(answers: readonly ApiAnswer[]): Record<string, number> {
  const counts: Record<string, number> = {};
  const count = (status: string, times = 1) => {
    if (times > 0) counts[status] = (counts[status] ?? 0) + times;
  };
  for (const { status, body } of answers) {
    if (status !== 200) count(String(body.type).split(':').at(-1)!);
    else if (Array.isArray(body.results))
      for (const result of body.results as { status: string }[]) count(result.status);
    else {
      count('recorded', body.recorded);
      count('duplicate', body.duplicates);
      count('rejected', body.rejected);
    }
  }
  return counts;
}
