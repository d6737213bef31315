import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Figure } from './figures.js';
import { machine } from './machine.js';
import { tableOf } from './report.js';

/** The figures of one bench, with what makes them comparable. */
export interface SectionResult {
  readonly at: string;
  readonly commit: string;
  /** Short rounds: not to be quoted. */
  readonly quick: boolean;
  /** Processes that wanted to run, mean of a minute: more than the processors means that others took part. */
  readonly load: { readonly least: number; readonly most: number };
  readonly figures: readonly Figure[];
}

/** The latest figures of every bench, in a file for programs and one for people. Saved after each bench. */
export class Results {
  private readonly sections: { [name: string]: SectionResult };

  constructor(readonly folder: string) {
    const file = join(folder, 'latest.json');
    this.sections = existsSync(file)
      ? (JSON.parse(readFileSync(file, 'utf8')) as { sections: { [name: string]: SectionResult } }).sections
      : {};
  }

  keep(name: string, result: SectionResult): void {
    this.sections[name] = result;
    mkdirSync(this.folder, { recursive: true });
    const all = { machine: machine(), sections: this.sections };
    writeFileSync(join(this.folder, 'latest.json'), `${JSON.stringify(all, null, 2)}\n`);
    writeFileSync(join(this.folder, 'latest.md'), `${this.text(Object.keys(this.sections))}\n`);
  }

  /** Machine and tables. */
  text(names: readonly string[]): string {
    const { processors, processor, memoryGiB, system, node, sqlite } = machine();
    const place = `${processors} × ${processor}, ${memoryGiB} GiB, ${system}, Node ${node}, SQLite ${sqlite}`;
    const parts = names.map((name) => {
      const { at, commit, quick, load, figures } = this.sections[name]!;
      const when = `${at}, commit ${commit}, load ${load.least.toFixed(1)} to ${load.most.toFixed(1)}`;
      return `## ${name}\n\n${when}${quick ? ', quick: not to be quoted' : ''}\n\n${tableOf(figures)}`;
    });
    return [`# Measured\n\n${place}`, ...parts].join('\n\n');
  }
}
