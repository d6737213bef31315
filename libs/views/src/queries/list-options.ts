import { InvalidInput } from '#event-sourcing';
import type { ListCondition, ListQuery } from '../table.js';

/** The words of a filter that may name several: `high,critical`. Throws `invalid-question` naming the words. */
export function wordsOf<Word extends string>(
  field: string,
  value: string | undefined,
  words: readonly Word[],
): readonly Word[] | undefined {
  if (value === undefined) return undefined;
  return value.split(',').map((text) => {
    const word = words.find((one) => one === text);
    if (word !== undefined) return word;
    throw new InvalidInput('invalid-question', `${field}: ${text} is not known`, [
      { pointer: `/${field}`, detail: `must be one of ${words.join(', ')}, or several with commas between` },
    ]);
  });
}

/** The condition that a column has one of these values; none where it does not matter. */
export function among(column: string, values: readonly string[] | undefined): readonly ListCondition[] {
  return values === undefined ? [] : [{ column, is: 'in', value: values }];
}

/** The order of a list: a column, its usual direction unless `-` before it says the other one. */
export function orderOf<Column extends string>(
  sort: string | undefined,
  columns: { readonly [column in Column]: 'asc' | 'desc' },
  usual: Column,
): ListQuery['orderBy'] {
  const reversed = sort?.startsWith('-') ?? false;
  const name = reversed ? sort!.slice(1) : (sort ?? usual);
  if (!Object.hasOwn(columns, name))
    throw new InvalidInput('invalid-question', `sort: ${name} is not known`, [
      {
        pointer: '/sort',
        detail: `must be one of ${Object.keys(columns).join(', ')}; a - before it turns the direction round`,
      },
    ]);
  const direction = columns[name as Column];
  return { column: name, direction: reversed === (direction === 'asc') ? 'desc' : 'asc' };
}

/** The conditions that a text begins with another one. */
export function beginningWith(column: string, prefix: string): readonly ListCondition[] {
  const end = followingText(prefix);
  const from: ListCondition = { column, is: '>=', value: prefix };
  return end === undefined ? [from] : [from, { column, is: '<', value: end }];
}

const LAST_CODE_POINT = 0x10ffff;

/** The first text, by code points, behind all that begin with this one; undefined where there is none. */
function followingText(prefix: string): string | undefined {
  const points = Array.from(prefix, (character) => character.codePointAt(0)!);
  while (points.at(-1) === LAST_CODE_POINT) points.pop();
  const last = points.pop();
  if (last === undefined) return undefined;
  // Surrogates are no characters.
  return String.fromCodePoint(...points, last === 0xd7ff ? 0xe000 : last + 1);
}
