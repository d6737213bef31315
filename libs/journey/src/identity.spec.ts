import { describe, expect, it } from '@jest/globals';
import { eventIdOf, type Fact, type LinkRecord, storedPosition } from '#event-sourcing';
import fc from 'fast-check';
import { foldLinks, linkOf, retractedBy } from './identity.js';

const link = (at: number, type: 'merge' | 'unmerge', survivor: string, merged: string): LinkRecord => ({
  type: type === 'merge' ? 'CustomersMerged' : 'CustomersUnmerged',
  occurredAt: at,
  sequence: 0,
  step: type === 'merge' ? 20 : 25,
  eventId: `${at}-${type}-${survivor}-${merged}`,
  survivor,
  merged,
  position: storedPosition(at + 1),
});
const merge = (at: number, survivor: string, merged: string) => link(at, 'merge', survivor, merged);
const unmerge = (at: number, survivor: string, merged: string) => link(at, 'unmerge', survivor, merged);

const PEOPLE = ['a', 'b', 'c', 'd', 'e', 'f'];
const person = fc.constantFrom(...PEOPLE);
const links = fc.array(
  fc
    .tuple(
      fc.integer({ min: 0, max: 12 }),
      fc.constantFrom('merge' as const, 'unmerge' as const),
      person,
      person,
    )
    .map((parts) => link(...parts)),
  { maxLength: 25 },
);

const told = (records: readonly LinkRecord[]) => {
  const identities = foldLinks(records);
  return PEOPLE.map((one) => [one, identities.survivorOf(one), identities.membersOf(one)]);
};

describe('links between identities', () => {
  it('leave everybody alone where there are none', () => {
    const alone = foldLinks([]);
    expect(alone.survivorOf('a')).toBe('a');
    expect(alone.membersOf('a')).toEqual(['a']);
  });

  it('put a merged identity, with all that was merged into it, under the survivor', () => {
    const { survivorOf, membersOf } = foldLinks([merge(1, 'b', 'c'), merge(2, 'a', 'b')]);
    expect(['a', 'b', 'c', 'd'].map(survivorOf)).toEqual(['a', 'a', 'a', 'd']);
    expect(membersOf('a')).toEqual(['a', 'b', 'c']);
    expect(membersOf('c')).toEqual(['a', 'b', 'c']);
  });

  it('take a merge into a merged identity as one into its survivor', () => {
    const { survivorOf } = foldLinks([merge(1, 'a', 'b'), merge(2, 'b', 'c')]);
    expect(survivorOf('c')).toBe('a');
  });

  it('do nothing where they join what is joined: no circle, no other survivor', () => {
    const { survivorOf } = foldLinks([merge(1, 'a', 'b'), merge(2, 'b', 'a'), merge(3, 'a', 'a')]);
    expect([survivorOf('a'), survivorOf('b')]).toEqual(['a', 'a']);
    const twice = foldLinks([merge(1, 'a', 'b'), merge(2, 'a', 'b'), unmerge(3, 'a', 'b')]);
    expect(twice.survivorOf('b')).toBe('b');
  });

  it('do nothing where they cut what no merge links directly', () => {
    const { membersOf } = foldLinks([merge(1, 'a', 'b'), merge(2, 'b', 'c'), unmerge(3, 'a', 'c')]);
    expect(membersOf('a')).toEqual(['a', 'b', 'c']);
  });

  it('cut a group in two, each part under its own survivor', () => {
    const { survivorOf } = foldLinks([
      merge(1, 'a', 'b'),
      merge(2, 'b', 'c'),
      merge(3, 'c', 'd'),
      unmerge(4, 'a', 'b'),
    ]);
    expect(['a', 'b', 'c', 'd'].map(survivorOf)).toEqual(['a', 'b', 'b', 'b']);
  });

  it('may be joined again after a cut', () => {
    const { survivorOf } = foldLinks([merge(1, 'a', 'b'), unmerge(2, 'a', 'b'), merge(3, 'b', 'a')]);
    expect(survivorOf('a')).toBe('b');
  });

  it('are the same whatever the order and however often they are delivered', () => {
    const delivered = links.chain((records) =>
      fc.tuple(
        fc.constant(records),
        fc.shuffledSubarray([...records, ...records], { minLength: records.length * 2 }),
      ),
    );
    fc.assert(
      fc.property(delivered, ([records, again]) => {
        expect(told(again)).toEqual(
          told([...new Map(records.map((record) => [record.eventId, record])).values()]),
        );
      }),
    );
  });

  it('give every identity one survivor, which is a member of its own group', () => {
    fc.assert(
      fc.property(links, (records) => {
        const { survivorOf, membersOf } = foldLinks(records);
        const groups = new Set(PEOPLE.map(survivorOf));
        for (const survivor of groups) expect(survivorOf(survivor)).toBe(survivor);
        expect([...groups].flatMap(membersOf).sort()).toEqual(PEOPLE);
        for (const one of PEOPLE) expect(membersOf(one)).toEqual(membersOf(survivorOf(one)));
      }),
    );
  });

  it('are as if the merge had never been, once the last merge is cut', () => {
    fc.assert(
      fc.property(links, person, person, (records, survivor, merged) => {
        fc.pre(foldLinks(records).survivorOf(survivor) !== foldLinks(records).survivorOf(merged));
        const merged99 = [...records, merge(99, survivor, merged)];
        expect(foldLinks(merged99).survivorOf(merged)).toBe(foldLinks(records).survivorOf(survivor));
        expect(told([...merged99, unmerge(100, survivor, merged)])).toEqual(told(records));
      }),
    );
  });
});

describe('what corrections and links refer to', () => {
  const fact = (type: string, data: object): Fact => ({
    occurredAt: 1,
    sequence: 2,
    step: 20,
    eventId: 'id',
    type,
    customer: 'a',
    data,
  });

  it('is the survivor that published the merge, and the merged one', () => {
    expect(linkOf(fact('CustomersMerged', { mergedId: 'b' }), storedPosition(5n))).toEqual({
      occurredAt: 1,
      sequence: 2,
      step: 20,
      eventId: 'id',
      type: 'CustomersMerged',
      survivor: 'a',
      merged: 'b',
      position: 5n,
    });
    expect(linkOf(fact('IssueRaised', {}), storedPosition(5n))).toBeUndefined();
  });

  it('is the event that source and id name within the tenant', () => {
    const retraction = fact('EventRetracted', { eventSource: '/crm', eventId: '17', reason: 'typo' });
    expect(retractedBy(retraction, 'acme')).toBe(eventIdOf('acme', '/crm', '17'));
    expect(retractedBy(fact('IssueRaised', {}), 'acme')).toBeUndefined();
  });
});
