import { describe, expect, it } from '@jest/globals';
import { sentEvents } from './sent-events.js';

const event = {
  specversion: '1.0',
  id: '1',
  source: '/desk',
  type: 'cx.IssueRaised.v1',
  data: { issueId: 'i1' },
};
const of = (contentType: string | undefined, body: string, more: Record<string, string[]> = {}) =>
  sentEvents({ ...(contentType && { 'content-type': [contentType] }), ...more }, Buffer.from(body));
const ce = {
  'ce-specversion': ['1.0'],
  'ce-id': ['1'],
  'ce-source': ['/desk'],
  'ce-type': ['cx.IssueRaised.v1'],
};

describe('the events of a request', () => {
  it('are one in structured mode', () => {
    expect(of('application/cloudevents+json; charset=UTF-8', JSON.stringify(event))).toEqual({
      batch: false,
      events: [{ value: event, faults: [] }],
    });
  });

  it('are many in batch mode, each with its own faults', () => {
    const { batch, events } = of(
      'application/cloudevents-batch+json',
      '[{"id":"1"},{"id":"2","data":{"a":1,"a":2}}]',
    );
    expect(batch).toBe(true);
    expect(events.map(({ faults }) => faults.map(({ pointer }) => pointer))).toEqual([[], ['/data/a']]);
  });

  it('are taken by their shape from plain JSON', () => {
    expect(of('application/json', JSON.stringify([event, event])).events).toHaveLength(2);
    expect(of('application/json', JSON.stringify(event)).batch).toBe(false);
    expect(() => of('application/json', '{"id":"1"}')).toThrow(
      expect.objectContaining({ code: 'invalid-event' }),
    );
  });

  it('are one in binary mode: the headers say what, the body is the data', () => {
    const value = { specversion: '1.0', id: '1', source: '/desk', type: 'cx.IssueRaised.v1' };
    expect(of('application/json', '{"issueId":"i1"}', ce).events[0]!.value).toEqual({
      ...value,
      datacontenttype: 'application/json',
      data: { issueId: 'i1' },
    });
    expect(of(undefined, '{"issueId":"i1"}', ce).events[0]!.value).toEqual({
      ...value,
      data: { issueId: 'i1' },
    });
    expect(of('text/plain', 'hello', ce).events[0]!.value).toEqual({
      ...value,
      datacontenttype: 'text/plain',
      data_base64: 'aGVsbG8=',
    });
    expect(sentEvents(ce, undefined).events[0]!.value).toEqual(value);
  });

  it('point into the data where a binary event’s number is not kept', () => {
    expect(of('application/json', '{"score":12345678901234567890}', ce).events[0]!.faults).toEqual([
      expect.objectContaining({ code: 'lossy-number', pointer: '/data/score' }),
    ]);
  });

  it('are refused in a form that is none of these', () => {
    for (const type of ['text/csv', 'application/cloudevents+avro', undefined]) {
      expect(() => of(type, '{}')).toThrow(expect.objectContaining({ code: 'unsupported-media-type' }));
    }
    expect(() => of('application/cloudevents+json; charset=latin1', '{}')).toThrow('UTF-8');
    expect(() => of('application/cloudevents+json', '[]')).toThrow(
      expect.objectContaining({ code: 'invalid-event' }),
    );
    expect(() => of('application/cloudevents+json', '')).toThrow(
      expect.objectContaining({ code: 'empty-body' }),
    );
    expect(() =>
      sentEvents({ 'content-type': ['application/json'] }, Buffer.from([0x22, 0xff, 0x22])),
    ).toThrow(expect.objectContaining({ code: 'malformed-json' }));
  });
});
