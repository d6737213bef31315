import { describe, expect, it } from '@jest/globals';
import { sentEvents } from './sent-events.js';

const event = {
  specversion: '1.0',
  id: '1',
  source: '/desk',
  type: 'cx.IssueRaised.v1',
  data: { issueId: 'i1' },
};
/** Lets a batch be read at once, and notes after how many bytes others were let in. */
const reading = (pauses: number[] = [], mostEvents = 1_000) => ({
  mostEvents,
  next: (bytes: number) => void pauses.push(bytes),
});
const of = (contentType: string | undefined, body: string, more: Record<string, string[]> = {}) =>
  sentEvents(
    { ...(contentType && { 'content-type': [contentType] }), ...more },
    Buffer.from(body),
    reading(),
  );
const ce = {
  'ce-specversion': ['1.0'],
  'ce-id': ['1'],
  'ce-source': ['/desk'],
  'ce-type': ['cx.IssueRaised.v1'],
};

describe('the events of a request', () => {
  it('are one in structured mode', async () => {
    expect(await of('application/cloudevents+json; charset=UTF-8', JSON.stringify(event))).toEqual({
      batch: false,
      events: [{ value: event, faults: [] }],
    });
  });

  it('are many in batch mode, each with its own faults', async () => {
    const { batch, events } = await of(
      'application/cloudevents-batch+json',
      '[{"id":"1"},{"id":"2","data":{"a":1,"a":2}}]',
    );
    expect(batch).toBe(true);
    expect(events.map(({ faults }) => faults.map(({ pointer }) => pointer))).toEqual([[], ['/data/a']]);
  });

  it('are taken by their shape from plain JSON', async () => {
    expect((await of('application/json', JSON.stringify([event, event]))).events).toHaveLength(2);
    expect((await of('application/json', JSON.stringify(event))).batch).toBe(false);
    await expect(of('application/json', '{"id":"1"}')).rejects.toThrow(
      expect.objectContaining({ code: 'invalid-event' }),
    );
  });

  it('are one in binary mode: the headers say what, the body is the data', async () => {
    const value = { specversion: '1.0', id: '1', source: '/desk', type: 'cx.IssueRaised.v1' };
    expect((await of('application/json', '{"issueId":"i1"}', ce)).events[0]!.value).toEqual({
      ...value,
      datacontenttype: 'application/json',
      data: { issueId: 'i1' },
    });
    expect((await of(undefined, '{"issueId":"i1"}', ce)).events[0]!.value).toEqual({
      ...value,
      data: { issueId: 'i1' },
    });
    expect((await of('text/plain', 'hello', ce)).events[0]!.value).toEqual({
      ...value,
      datacontenttype: 'text/plain',
      data_base64: 'aGVsbG8=',
    });
    expect((await sentEvents(ce, undefined, reading())).events[0]!.value).toEqual(value);
  });

  it('point into the data where a binary event’s number is not kept', async () => {
    expect((await of('application/json', '{"score":12345678901234567890}', ce)).events[0]!.faults).toEqual([
      expect.objectContaining({ code: 'lossy-number', pointer: '/data/score' }),
    ]);
  });

  it('are refused in a form that is none of these', async () => {
    for (const type of ['text/csv', 'application/cloudevents+avro', undefined]) {
      await expect(of(type, '{}')).rejects.toThrow(
        expect.objectContaining({ code: 'unsupported-media-type' }),
      );
    }
    await expect(of('application/cloudevents+json; charset=latin1', '{}')).rejects.toThrow('UTF-8');
    await expect(of('application/cloudevents+json', '[]')).rejects.toThrow(
      expect.objectContaining({ code: 'invalid-event' }),
    );
    await expect(of('application/cloudevents+json', '')).rejects.toThrow(
      expect.objectContaining({ code: 'empty-body' }),
    );
    await expect(
      sentEvents({ 'content-type': ['application/json'] }, Buffer.from([0x22, 0xff, 0x22]), reading()),
    ).rejects.toThrow(expect.objectContaining({ code: 'malformed-json' }));
  });

  it('C2: all have their faults named, in a batch of any length', async () => {
    const batch = `[${Array.from({ length: 900 }, (_, i) => `{"id":"${i}","n":1e999}`).join()}]`;
    const { events } = await of('application/cloudevents-batch+json', batch);
    expect(events.map(({ faults }) => faults.map(({ pointer }) => pointer))).toEqual(
      Array(900).fill([['/n']].flat()),
    );
  });

  it('C5: are read in stretches, and no further than one event too many', async () => {
    const pauses: number[] = [];
    const batch = Buffer.from(
      `[${Array(600)
        .fill(`["${'x'.repeat(1_000)}"]`)
        .join()}]`,
    );
    await sentEvents({ 'content-type': ['application/json'] }, batch, reading(pauses));
    expect(pauses.length).toBe(Math.floor(batch.length / (65 * 1_005)));
    expect(Math.max(...pauses)).toBeLessThan(67_000);
    const endless = Buffer.from(`[${'0,'.repeat(20)} and then no JSON at all`);
    await expect(
      sentEvents({ 'content-type': ['application/json'] }, endless, reading([], 10)),
    ).rejects.toThrow(expect.objectContaining({ code: 'too-many-events' }));
  });

  it('C2: one of more than a mebibyte is refused before it is read', async () => {
    await expect(of('application/cloudevents+json', `"${'x'.repeat(1_048_576)}`)).rejects.toThrow(
      expect.objectContaining({ code: 'event-too-large' }),
    );
  });
});
