import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import ts from 'typescript';

const ROOT = join(import.meta.dirname, '../../..');
/** An input of this length takes a linear pattern well below a millisecond, and a quadratic one seconds. */
const LENGTH = 20_000;
const MOST_MILLIS = 100;

interface Pattern {
  readonly place: string;
  readonly source: string;
  readonly flags: string;
}

/** Every regular expression that is written in the product. */
function patterns(): Pattern[] {
  const found: Pattern[] = [];
  for (const file of globSync('{libs,apps}/*/src/**/*.ts', { cwd: ROOT })) {
    if (/\.(spec|contract)\.ts$/.test(file)) continue;
    const tree = ts.createSourceFile(
      file,
      readFileSync(join(ROOT, file), 'utf8'),
      ts.ScriptTarget.Latest,
      true,
    );
    const visit = (node: ts.Node): void => {
      if (ts.isRegularExpressionLiteral(node)) {
        const [, source = '', flags = ''] = /^\/(.*)\/([a-z]*)$/s.exec(node.text)!;
        const line = tree.getLineAndCharacterOfPosition(node.getStart()).line + 1;
        found.push({ place: `${file}:${line} ${node.text}`, source, flags });
      }
      ts.forEachChild(node, visit);
    };
    visit(tree);
  }
  return found;
}

/** Characters that mean something to the pattern: its own, and one for each of its classes. */
function alphabetOf(source: string): string[] {
  const classes: readonly (readonly [RegExp, string])[] = [
    [/\\d|\d-\d|\\p\{N/, '0'],
    [/\\w|[aA]-[zZfF]|\\p\{L|\\S|\[\^|\./, 'a'],
    [/\\s| |\[\^|\./, ' '],
    [/\\D|\\p\{Pd/, '-'],
  ];
  const own = source.replace(/\\[dDwWsSpbB]|\\p\{\w+\}|[\\[\](){}^$*+?|]/g, '');
  const escaped = [...source.matchAll(/\\([^\w\s])/g)].map(([, character]) => character!);
  const classed = classes.filter(([meant]) => meant.test(source)).map(([, character]) => character);
  return [...new Set([...own, ...escaped, ...classed, '0', 'a', ' '])].slice(0, 24);
}

/** Inputs that begin like a match, go on long with one or two characters, and end so that there is none. */
function* attacks(source: string): Generator<string> {
  const letters = alphabetOf(source);
  const prefix = /^\^?((?:[\w/:"-]|\\[/."-])*)/.exec(source)![1]!.replaceAll('\\', '');
  const pumps = [...letters, ...letters.slice(0, 6).flatMap((a) => letters.slice(0, 6).map((b) => a + b))];
  for (const pump of pumps) {
    const long = pump.repeat(LENGTH / pump.length);
    for (const start of new Set(['', prefix, ...letters.slice(0, 4)])) yield `${start}${long}\u0000`;
  }
}

function cpuMillis(work: () => void): number {
  const before = process.threadCpuUsage();
  work();
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / 1000;
}

describe('C3: regular expressions of the product', () => {
  const all = patterns();

  it('are found', () => {
    expect(all.length).toBeGreaterThan(50);
  });

  it('know a quadratic one when they see it', () => {
    const [slowest] = [...attacks('0+$')]
      .map((input) => cpuMillis(() => void input.replace(/0+$/, '')))
      .sort((a, b) => b - a);
    expect(slowest).toBeGreaterThan(MOST_MILLIS);
  });

  it.each(all.map((pattern) => [pattern.place, pattern] as const))(
    '%s takes linear time',
    (_place, { source, flags }) => {
      const pattern = new RegExp(source, flags);
      for (const input of attacks(source)) {
        const millis = cpuMillis(() => void input.replace(pattern, ''));
        if (millis > MOST_MILLIS) throw new Error(`${millis} ms for ${JSON.stringify(input.slice(0, 20))}…`);
      }
    },
  );
});
