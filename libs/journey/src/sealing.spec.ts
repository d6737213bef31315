import { describe, expect, it } from '@jest/globals';
import type { Json } from '#event-sourcing';
import fc from 'fast-check';
import { anyTouchpoint, goodData, markedData } from '../../../test/kit/touchpoint-data.js';
import { latestOf, touchpointOf } from './registry.js';

const schema = touchpointOf('cx.NeedsIdentified.v1')!;
const DATA = {
  contactId: 'c',
  mood: 'bad',
  needs: [{ category: 'a', description: 'my bill', urgency: 9 }, { category: 'b' }],
  'a/b': { c: null },
};

describe('mapping what is personal', () => {
  it('hands over personal values, and the unknown fields of each object as one, with their pointers', () => {
    const seen: [string, Json][] = [];
    const sealed = schema.mapPersonal(
      DATA,
      (pointer, value) => (seen.push([pointer, value]), `#${seen.length}`),
    );
    expect(seen).toEqual([
      ['/needs/0/description', 'my bill'],
      ['/needs/0/$unknown', { urgency: 9 }],
      ['/$unknown', { mood: 'bad', 'a/b': { c: null } }],
    ]);
    expect(sealed).toEqual({
      contactId: 'c',
      needs: [{ category: 'a', description: '#1', $unknown: '#2' }, { category: 'b' }],
      $unknown: '#3',
    });
  });

  it('leaves null where it stood: it has nothing to hide', () => {
    const raised = touchpointOf('cx.IssueRaised.v1')!;
    const data = { issueId: 'i', category: 'c', severity: 'low', description: null };
    expect(raised.mapPersonal(data, () => 'sealed')).toEqual(data);
  });

  it('keeps a field called __proto__, and one called $unknown', () => {
    const data = JSON.parse('{"promiseId":"p","__proto__":{"x":1},"$unknown":"mine"}') as {
      promiseId: string;
    };
    const kept = touchpointOf('cx.PromiseKept.v1')!;
    const sealed = kept.mapPersonal(data, (_, value) => JSON.stringify(value));
    expect(sealed).toEqual({ promiseId: 'p', $unknown: '{"__proto__":{"x":1},"$unknown":"mine"}' });
    const opened = kept.openPersonal(sealed, (_, value) => JSON.parse(value as string) as Json);
    expect(JSON.stringify(opened)).toBe('{"promiseId":"p","__proto__":{"x":1},"$unknown":"mine"}');
  });

  it('leaves no personal and no unknown value in clear', () => {
    const marked = anyTouchpoint.chain((name) =>
      fc.tuple(fc.constant(latestOf(name)), markedData(latestOf(name), 'Zebedee Quill')),
    );
    fc.assert(
      fc.property(marked, ([touchpoint, data]) => {
        expect(JSON.stringify(touchpoint.mapPersonal(data, () => '*'))).not.toContain('Zebedee');
      }),
    );
  });

  it('is undone by opening, at the same pointers', () => {
    const any = anyTouchpoint.chain((name) =>
      fc.tuple(
        fc.constant(latestOf(name)),
        fc.oneof(goodData(latestOf(name).shape), markedData(latestOf(name), 'mark')),
      ),
    );
    fc.assert(
      fc.property(any, ([touchpoint, data]) => {
        const vault = new Map<string, Json>();
        const sealed = touchpoint.mapPersonal(data, (pointer, value) => (vault.set(pointer, value), pointer));
        const opened = touchpoint.openPersonal(sealed, (pointer, value) => {
          expect(value).toBe(pointer);
          return vault.get(pointer)!;
        });
        expect(opened).toEqual(data);
      }),
    );
  });

  it('gives null for what can be opened no more', () => {
    const sealed = schema.mapPersonal(DATA, () => 'sealed');
    expect(schema.openPersonal(sealed, () => null)).toEqual({
      contactId: 'c',
      needs: [{ category: 'a', description: null, $unknown: null }, { category: 'b' }],
      $unknown: null,
    });
  });
});
