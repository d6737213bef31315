import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { canonicalJson, type Json, type RecordedEvent } from '#event-sourcing';
import { allTouchpoints, type EventData, touchpointOf, type TouchpointSchema } from '#journey';
import { sealingKeysOf } from '../keys/sealing-secret.js';
import { openEvent } from './open-event.js';
import { sealData, sealExtensions } from './seal-event.js';

const keys = sealingKeysOf(Buffer.alloc(32, 1));
const EVENT_ID = '0d4f5d0b-41f7-5a3c-9d0a-3f8f3a0e6b11';
const PLANTED = 'Zebedee Quill';

/** Names that a publisher may use, some of which look like ours. */
const fieldName = fc.oneof(
  fc.constantFrom('$sealed', '$unknown', '__proto__', 'toString', '', 'a/b~c', 'note'),
  fc.string({ maxLength: 8 }),
);
const anyJson: fc.Arbitrary<Json> = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    fc.constantFrom<Json>(null, true, 0, -1.5, 1e21, '', 'AAAA', PLANTED),
    fc.string(),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.array(fc.tuple(fieldName, tie('value')), { maxLength: 3 }).map(ownMembers),
  ),
})).value;

/** An object whose members are its own, `__proto__` too, as JSON.parse makes it. */
function ownMembers(members: readonly (readonly [string, Json])[]): EventData {
  return JSON.parse(
    `{${members.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`).join(',')}}`,
  );
}

type Shape = TouchpointSchema['shape'];

/** Data of a shape: any of its fields, nested ones in form, and unknown ones among them. */
function dataOf(shape: Shape, known: fc.Arbitrary<Json> = anyJson): fc.Arbitrary<EventData> {
  const fields = shape.fields.map(({ name, nested }) => {
    const one: fc.Arbitrary<Json> = nested === undefined ? known : dataOf(nested.shape, known);
    const value = nested?.list ? fc.array(one, { maxLength: 2 }) : one;
    return fc.option(fc.tuple(fc.constant(name), value), { nil: undefined });
  });
  const unknown = fc.array(fc.tuple(fieldName, anyJson), { maxLength: 2 });
  return fc
    .tuple(fc.tuple(...fields), unknown)
    .map(([some, others]) => ownMembers([...others, ...some.filter((field) => field !== undefined)]));
}

const schemaAndData = fc
  .constantFrom(...allTouchpoints())
  .chain((schema) => fc.tuple(fc.constant(schema), dataOf(schema.shape)));

const recorded = (data: EventData, extensions?: RecordedEvent['extensions']) =>
  ({ eventId: EVENT_ID, data, ...(extensions && { extensions }) }) as RecordedEvent;

const seal = (schema: TouchpointSchema, data: EventData) =>
  JSON.parse(canonicalJson(sealData(keys, EVENT_ID, data, schema))) as EventData;

describe('a sealed event', () => {
  it('opens to what was sent, whatever it was, for every touchpoint', () => {
    fc.assert(
      fc.property(schemaAndData, ([schema, data]) => {
        const opened = openEvent(recorded(seal(schema, data)), keys);
        expect(canonicalJson(opened.data)).toBe(canonicalJson(data));
      }),
      { numRuns: 1_000 },
    );
  });

  it('is sealed to the same bytes again', () => {
    fc.assert(
      fc.property(schemaAndData, ([schema, data]) => {
        expect(canonicalJson(seal(schema, data))).toBe(canonicalJson(seal(schema, structuredClone(data))));
      }),
    );
  });

  it('shows no personal and no unknown value', () => {
    const harmless = fc.constantFrom<Json>('known', 1, null);
    const property = fc
      .constantFrom(...allTouchpoints())
      .chain((schema) => fc.tuple(fc.constant(schema), dataOf(schema.shape, harmless)));
    fc.assert(
      fc.property(property, ([schema, data]) => {
        const planted = plant(schema.shape, data);
        expect(canonicalJson(seal(schema, planted))).not.toContain(PLANTED);
      }),
      { numRuns: 500 },
    );
  });

  it('opens to nulls when the keys are gone, and still shows what was never sealed', () => {
    const schema = touchpointOf('cx.CustomerIdentified.v1')!;
    const sent = {
      name: PLANTED,
      segment: 'gold',
      aliases: [{ scheme: 'crm', value: '7', since: 2019 }],
      hat: 'red',
    };
    expect(openEvent(recorded(seal(schema, sent)), undefined).data).toEqual({
      name: null,
      segment: 'gold',
      aliases: [{ scheme: 'crm', value: null, $unknown: null }],
      $unknown: null,
    });
  });

  it('seals a field known to be personal in its place, and unknown ones as one value', () => {
    const schema = touchpointOf('cx.IssueRaised.v1')!;
    const sent = {
      issueId: 'i-1',
      category: 'refund',
      severity: 'high',
      description: PLANTED,
      vip: true,
      hat: 'red',
    };
    const sealed = seal(schema, sent);
    expect(Object.keys(sealed).sort()).toEqual([
      '$unknown',
      'category',
      'description',
      'issueId',
      'severity',
    ]);
    expect(sealed).toMatchObject({
      issueId: 'i-1',
      description: { $sealed: expect.stringMatching(/^[A-Za-z0-9_-]+$/) },
      $unknown: { $sealed: expect.stringMatching(/^[A-Za-z0-9_-]+$/) },
    });
  });

  it('gives the data itself back, not a copy, when there is nothing to seal', () => {
    const sent = { issueId: 'i-1', category: 'refund', severity: 'high' };
    expect(sealData(keys, EVENT_ID, sent, touchpointOf('cx.IssueRaised.v1')!)).toBe(sent);
  });

  it('never seals two texts under one nonce, nor one text in two places alike', () => {
    const schema = touchpointOf('cx.CustomerIdentified.v1')!;
    const sealed = seal(schema, { name: PLANTED, email: PLANTED, phone: 'other' }) as Record<
      string,
      { $sealed: string }
    >;
    const elsewhere = sealData(
      keys,
      EVENT_ID.replace('0d', '1d'),
      { name: PLANTED },
      schema,
    ) as typeof sealed;
    const nonces = [...Object.values(sealed), ...Object.values(elsewhere)].map(({ $sealed }) =>
      $sealed.slice(0, 16),
    );
    expect(new Set(nonces).size).toBe(4);
  });

  it('cannot be changed, or moved to another field or event', () => {
    const schema = touchpointOf('cx.CustomerIdentified.v1')!;
    const { name } = seal(schema, { name: PLANTED }) as Record<string, { $sealed: string }>;
    const damaged = expect.objectContaining({ code: 'sealed-value-damaged' });
    const changed = { $sealed: `${name!.$sealed.slice(0, -2)}AA` };
    expect(() => openEvent(recorded({ name: changed }), keys)).toThrow(damaged);
    expect(() => openEvent(recorded({ email: name! as unknown as Json }), keys)).toThrow(damaged);
    expect(() =>
      openEvent({ ...recorded({ name: name! as unknown as Json }), eventId: 'other' }, keys),
    ).toThrow(damaged);
    expect(() => openEvent(recorded({ name: { $sealed: '' } }), keys)).toThrow(damaged);
  });

  it('keeps extensions: those in clear as they are, unknown ones sealed as one', () => {
    const clear = { traceparent: '00-1' };
    const unknown = { caller: PLANTED, retry: 2 };
    const extensions = sealExtensions(keys, EVENT_ID, clear, unknown)!;
    expect(Object.keys(extensions).sort()).toEqual(['$unknown', 'traceparent']);
    expect(canonicalJson(extensions)).not.toContain(PLANTED);
    expect(openEvent(recorded({}, extensions), keys).extensions).toEqual({ ...clear, ...unknown });
    expect(sealExtensions(keys, EVENT_ID, {}, {})).toBeUndefined();
  });
});

/** The data with the planted name wherever the shape says personal, and under an unknown name in each object. */
function plant(shape: Shape, data: EventData): EventData {
  const planted: [string, Json][] = [['a name nobody declared', { deep: [PLANTED] }]];
  for (const [name, value] of Object.entries(data)) {
    const field = shape.byName.get(name);
    if (field?.nested?.list)
      planted.push([name, (value as EventData[]).map((item) => plant(field.nested!.shape, item))]);
    else if (field?.nested) planted.push([name, plant(field.nested.shape, value as EventData)]);
    else planted.push([name, field === undefined || field.personal ? PLANTED : value]);
  }
  return ownMembers(planted);
}
