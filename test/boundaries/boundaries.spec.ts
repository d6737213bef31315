import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const root = join(import.meta.dirname, '..', '..', '..');
const rules = (
  createRequire(import.meta.url)(join(root, '.dependency-cruiser.cjs')) as {
    forbidden: { name: string; comment: string }[];
  }
).forbidden;

/** A file that breaks each rule of the boundaries, with what it imports. */
const BROKEN: Record<string, Record<string, string>> = {
  'no-cycles': {
    'libs/scoring/src/one.ts': `export * from './two.js';`,
    'libs/scoring/src/two.ts': `export * from './one.js';`,
  },
  'pure-no-node': { 'libs/journey/src/reads-disk.ts': `import 'node:fs';` },
  'only-crypto': { 'libs/event-sourcing/src/hash.ts': `import 'node:os';` },
  'pure-no-packages': { 'libs/scoring/src/packaged.ts': `import 'rxjs';` },
  'journey-packages': { 'libs/journey/src/packaged.ts': `import 'rxjs';` },
  'nest-outside': { 'libs/intake/src/nested.ts': `import '@nestjs/common';` },
  'driver-sqlite': { 'libs/projector/src/own-sql.ts': `import 'node:sqlite';` },
  'driver-kafka': { 'apps/server/src/kafka.ts': `import 'kafkajs';` },
  'driver-postgres': {
    'node_modules/pg/index.js': '',
    'libs/event-store/src/tables.ts': `import 'pg';`,
  },
  'driver-eventstoredb': {
    'node_modules/@eventstore/db-client/index.js': '',
    'libs/event-store/src/other.ts': `import '@eventstore/db-client';`,
  },
  'engines-apart': {
    'libs/engines/src/sqlite/borrows.ts': `import '../kafka/lends.js';`,
    'libs/engines/src/kafka/lends.ts': 'export {};',
  },
  'engines-without-nest': { 'libs/engines/src/sqlite/heavy.ts': `import '#platform';` },
  'apps-apart': {
    'apps/cli/src/borrows.ts': `import '../../server/src/lends.js';`,
    'apps/server/src/lends.ts': 'export {};',
  },
  'libs-know-no-app': { 'libs/platform/src/upward.ts': `import '../../../apps/server/src/lends.js';` },
  'index-only': {
    'libs/scoring/src/deep.ts': `import '../../journey/src/inner.js';`,
    'libs/journey/src/inner.ts': 'export {};',
  },
  'no-own-index': {
    'libs/privacy/src/index.ts': 'export {};',
    'libs/privacy/src/round.ts': `import './index.js';`,
  },
  'no-test-in-product': {
    'apps/server/src/tested.ts': `import '../../../test/kit/thing.js';`,
    'test/kit/thing.ts': 'export {};',
  },
  'no-unresolved': { 'apps/server/src/lost.ts': `import './nowhere.js';` },
};

const INDEXES =
  'event-sourcing journey scoring customer views connectors ledger threads event-store privacy intake projector api platform engines';

/** Every lib may reach some libs; each breaks its layer by reaching one that is not among them. */
function layerBreakers(): Record<string, Record<string, string>> {
  const reachesUp = (lib: string) => (lib === 'connectors' ? 'ledger' : 'connectors');
  const layers = rules
    .filter(({ name }) => name.startsWith('layer-'))
    .map(({ name }) => name.slice('layer-'.length));
  return Object.fromEntries(
    layers.map((lib) => [`layer-${lib}`, { [`libs/${lib}/src/reaches.ts`]: `import '#${reachesUp(lib)}';` }]),
  );
}

/** Code that breaks each rule of the linter for pure libs. */
const IMPURE = [
  ['a clock', 'export const now = Date.now();', 'has no clock'],
  ['a date of now', 'export const now = new Date();', 'has no clock'],
  ['randomness', 'export const random = Math.random();', 'has no randomness'],
  ['a timer', 'setTimeout(() => undefined, 1);', 'knows no setTimeout'],
  ['the environment', 'export const home = process.env;', 'knows no process'],
  ['the network', `export const page = fetch('http://127.0.0.1');`, 'knows no fetch'],
  ['powers', 'export const square = Math.pow(2, 3);', 'Use exp and log'],
] as const;

const bin = (path: string) => join(root, 'node_modules', path);

function run(cwd: string, script: string, args: readonly string[]): string {
  try {
    return execFileSync(process.execPath, [script, ...args], { cwd, encoding: 'utf8', maxBuffer: 1 << 26 });
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    if (stdout === '') throw new Error(stderr, { cause: error });
    return stdout;
  }
}

describe('the boundaries between libraries', () => {
  let folder: string;
  const breakers = { ...BROKEN, ...layerBreakers() };
  let violations: { rule: { name: string }; from: string }[];

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'cx-walls-'));
    for (const file of ['.dependency-cruiser.cjs', 'tsconfig.json', 'package.json', 'eslint.config.mjs']) {
      cpSync(join(root, file), join(folder, file));
    }
    const write = (path: string, text: string) => {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    };
    mkdirSync(join(folder, 'node_modules'));
    for (const name of [
      'rxjs',
      '@nestjs',
      'kafkajs',
      'class-validator',
      'typescript',
      'typescript-eslint',
      'eslint-plugin-regexp',
      '@types',
    ]) {
      symlinkSync(join(root, 'node_modules', name), join(folder, 'node_modules', name));
    }
    write(
      'node_modules/@eventstore/db-client/package.json',
      '{"name":"@eventstore/db-client","main":"index.js"}',
    );
    for (const lib of INDEXES.split(' ')) write(`libs/${lib}/src/index.ts`, 'export {};');
    for (const files of Object.values(breakers))
      for (const [path, text] of Object.entries(files)) write(path, text);
    IMPURE.forEach(([, code], index) => write(`libs/scoring/src/impure-${index}.ts`, `${code}\n`));
    write('apps/server/src/bus.ts', `import { EventBus } from '@nestjs/cqrs';\nexport default EventBus;\n`);
    const found = run(folder, bin('dependency-cruiser/bin/dependency-cruiser.mjs'), [
      ...['--config', '.dependency-cruiser.cjs', '--output-type', 'json', 'apps', 'libs', 'test'],
    ]);
    violations = (JSON.parse(found) as { summary: { violations: typeof violations } }).summary.violations;
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('has a breaker for every rule, and every rule says what to do instead', () => {
    expect(Object.keys(breakers).sort()).toEqual(rules.map(({ name }) => name).sort());
    for (const { comment } of rules) expect(comment.length).toBeGreaterThan(30);
  });

  it.each(Object.keys(breakers))('catches who breaks %s', (name) => {
    const breaking = Object.keys(breakers[name]!);
    const caught = violations.filter(({ rule, from }) => rule.name === name && breaking.includes(from));
    expect(caught).not.toEqual([]);
  });

  describe('the linter', () => {
    let messages: Map<string, string>;
    beforeAll(() => {
      const output = run(folder, bin('eslint/bin/eslint.js'), [
        '--format',
        'json',
        'libs/scoring',
        'apps/server/src/bus.ts',
      ]);
      const files = JSON.parse(output) as { filePath: string; messages: { message: string }[] }[];
      messages = new Map(
        files.map((file) => [
          file.filePath.split('/').pop()!,
          file.messages.map(({ message }) => message).join('\n'),
        ]),
      );
    });

    it.each(IMPURE.map(([what, , says], index) => [what, `impure-${index}.ts`, says]))(
      'catches %s in a pure lib',
      (_what, file, says) => {
        expect(messages.get(file)).toContain(says);
      },
    );

    it('catches an event bus as a way for truth', () => {
      expect(messages.get('bus.ts')).toContain('only CommandBus and QueryBus');
    });
  });
});
