import { execFileSync } from 'node:child_process';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { DIMENSION_NAMES } from '#measures';

const ROOT = join(import.meta.dirname, '..', '..', '..');
// Peers of the benchmark bring libraries of their own, with documents that are not ours.
const FILES = globSync(['*.md', '.github/**', '{apps,libs,infra,test}/**/*.*'], {
  cwd: ROOT,
  exclude: ['**/node_modules'],
});
const PAGES = FILES.filter((file) => file.endsWith('.md'));

const textOf = (file: string) => readFileSync(join(ROOT, file), 'utf8');
const isThere = (file: string) => existsSync(join(ROOT, file));

/** What the pattern's first group finds in the files and `such` does not hold for, with the file that has it. */
function wrong(files: readonly string[], pattern: RegExp, such: (found: string, file: string) => boolean) {
  let looked = 0;
  const faults = files.flatMap((file) =>
    Array.from(textOf(file).matchAll(pattern), ([, found]) => {
      looked += 1;
      return such(found!, file) ? '' : `${file}: ${found!}`;
    }).filter((fault) => fault !== ''),
  );
  return { looked, faults };
}

describe('the documents', () => {
  it('link to nothing that is not there', () => {
    const link = /\]\((?!https?:)([^)#\s]+)(?:#[^)]*)?\)/g;
    const { looked, faults } = wrong(PAGES, link, (to, file) => isThere(join(dirname(file), to)));
    expect([looked > 50, faults]).toEqual([true, []]);
  });

  it('and the messages of the programs name no file that is not there', () => {
    const quoted = /`((?:apps|libs|infra|test|\.github)\/[^`\s*<>{}…]+?)[.,:]?`/g;
    const inPages = wrong(PAGES, quoted, (path) => isThere(path) || isThere(`${path}.ts`));
    expect([inPages.looked > 50, inPages.faults]).toEqual([true, []]);
    const sources = FILES.filter((file) => /^(apps|libs|infra)\/.*\.(ts|mjs|ya?ml|sql)$/.test(file));
    const inSources = wrong(sources, /\b(infra\/docs\/[\w/-]+\.md)/g, isThere);
    expect([inSources.looked > 3, inSources.faults]).toEqual([true, []]);
  });

  it('are all reached from the index of their folder', () => {
    const unlinked = (folder: string, index: string) =>
      PAGES.filter((page) => dirname(page) === folder && page !== index).filter(
        (page) => !textOf(index).includes(`(${page.slice(dirname(index).length + 1)})`),
      );
    expect(unlinked('infra/docs', 'infra/docs/README.md')).toEqual([]);
    expect(unlinked('infra/docs/guides', 'infra/docs/README.md')).toEqual([]);
    expect(unlinked('infra/docs/decisions', 'infra/docs/decisions/README.md')).toEqual([]);
  });

  it('name no library less than there are', () => {
    const libs = new Set(
      FILES.map((file) => /^libs\/([\w-]+)\//.exec(file)?.[1]).filter((it) => it !== undefined),
    );
    const index = textOf('infra/docs/README.md').split('## Libraries')[1]!;
    expect([...libs].filter((lib) => !new RegExp(`[\`/]${lib}\``).test(index))).toEqual([]);
  });

  it('show no command of `cx` that is not there', () => {
    const help = execFileSync(process.execPath, [join(ROOT, 'apps/cli/bin/cx.mjs'), '--help'], {
      encoding: 'utf8',
    });
    const commands = Array.from(help.matchAll(/^ {2}([a-z-]+) /gm), ([, name]) => name);
    const { looked, faults } = wrong(PAGES, /(?:npx cx|`cx) ([a-z][a-z-]*)/g, (name) =>
      commands.includes(name),
    );
    expect([looked > 50, faults]).toEqual([true, []]);
  });

  it('show no option of `cx` that is not there', () => {
    const sources = FILES.filter((file) => /^apps\/cli\/.*(?<!\.spec)\.ts$/.test(file)).map(textOf);
    const declared = new Set(sources.flatMap((text) => text.match(/(?<=['`])--[a-z-]+/g) ?? []));
    // Commander's own, and one for each dimension of measures.
    for (const name of ['help', 'version', ...DIMENSION_NAMES]) declared.add(`--${name}`);
    const options = PAGES.flatMap((page) =>
      Array.from(
        textOf(page).matchAll(/(?:npx cx|`cx) [^`#|;)\n]*/g),
        ([call]) => call.match(/(?<= )--[a-z][a-z-]*/g) ?? [],
      )
        .flat()
        .map((option) => `${page}: ${option}`),
    );
    expect(options.length).toBeGreaterThan(50);
    expect(options.filter((one) => !declared.has(one.split(': ')[1]!))).toEqual([]);
  });

  it('name no environment variable that nothing reads', () => {
    const sources = FILES.filter((file) => /\.(ts|mjs|js|java)$/.test(file)).map(textOf);
    const read = new Set(sources.flatMap((text) => text.match(/\bCX_[A-Z]+(?:_[A-Z]+)*\b/g) ?? []));
    const { looked, faults } = wrong(PAGES, /\b(CX_[A-Z]+(?:_[A-Z]+)*)\b/g, (name) => read.has(name));
    expect([looked > 100, faults]).toEqual([true, []]);
  });

  it('run no script of npm that is not declared', () => {
    const { scripts } = JSON.parse(textOf('package.json')) as { scripts: Record<string, string> };
    const { looked, faults } = wrong(PAGES, /npm run ([\w:-]+)/g, (name) => name in scripts);
    expect([looked > 5, faults]).toEqual([true, []]);
  });
});
