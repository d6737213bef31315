import { describe, expect, it } from '@jest/globals';
import { ANSWER_SCHEMAS } from './answers.js';

interface Json {
  readonly format?: string;
  readonly properties?: { readonly [name: string]: Json };
  readonly items?: Json;
  readonly anyOf?: readonly Json[];
  readonly oneOf?: readonly Json[];
  readonly allOf?: readonly Json[];
}

/** Every member of an answer, with its schema. */
function* membersOf(
  json: Json,
  answer: string,
): Iterable<readonly [name: string, member: Json, answer: string]> {
  for (const [name, member] of Object.entries(json.properties ?? {})) {
    yield [name, member, answer];
    yield* membersOf(member, answer);
  }
  const inner = [...(json.anyOf ?? []), ...(json.oneOf ?? []), ...(json.allOf ?? [])];
  if (json.items !== undefined) inner.push(json.items);
  for (const one of inner) yield* membersOf(one, answer);
}

const MEMBERS = Object.entries(ANSWER_SCHEMAS).flatMap(([answer, json]) => [
  ...membersOf(json as Json, answer),
]);
const isTime = (json: Json): boolean =>
  json.format === 'date-time' || [...(json.anyOf ?? []), ...(json.oneOf ?? [])].some(isTime);

/** Times that name no moment at which something happened: what is asked about, and from when to when something holds. */
const OTHER_TIMES = ['asOf', 'effectiveFrom', 'since', 'spellFrom', 'until'];
/** A period that was asked for, or the two values of a change. */
const BOTH_SIDES = ['from', 'to'];

/** Words that say the same as another one that the answers use. */
const SAID_OTHERWISE: { readonly [word: string]: string } = {
  at: 'occurredAt, recordedAt, or what happened then',
  time: 'occurredAt',
  timestamp: 'occurredAt',
  faults: 'errors',
  offset: 'position',
  customerId: 'customer',
  tenantId: 'tenant',
  cursor: 'next',
  was: 'from',
  is: 'to',
};

describe('B11: names of members in answers', () => {
  it('end in At where they are times, and only there', () => {
    const wrong = MEMBERS.filter(([name, json]) => {
      if (BOTH_SIDES.includes(name)) return false;
      const named = name.endsWith('At') || OTHER_TIMES.includes(name);
      return named !== isTime(json);
    });
    expect(wrong.map(([name, , answer]) => `${answer}: ${name}`)).toEqual([]);
  });

  it('are one for one thing', () => {
    const wrong = MEMBERS.filter(([name]) => Object.hasOwn(SAID_OTHERWISE, name));
    expect(wrong.map(([name, , answer]) => `${answer}: ${name} is ${SAID_OTHERWISE[name]}`)).toEqual([]);
  });

  it('call the entries of every list that has pages items, but the lines of an explanation; the parts of a preview are sums', () => {
    const lists = Object.entries(ANSWER_SCHEMAS).filter(
      ([, json]) => 'next' in ((json as Json).properties ?? {}),
    );
    const other = lists.filter(([, json]) => !('items' in ((json as Json).properties ?? {})));
    expect(lists.length).toBeGreaterThan(10);
    expect(other.map(([answer]) => answer)).toEqual(['explanation', 'policy-preview']);
  });
});
