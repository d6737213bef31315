import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { INPUT_LIMITS, LIMITS } from '#event-sourcing';
import type { InputLimit } from '#event-sourcing';
import { readConfig } from '#platform';

const FILE = join(import.meta.dirname, '../../../infra/docs/threat-model.md');
const PLACE = /(<!-- limits -->\n)([^]*)(<!-- \/limits -->)/;

/** The table as the document shows it, each column as wide as its widest cell. */
function tableOf(limits: { readonly [name: string]: InputLimit }): string {
  const rows = Object.entries(limits).map(([name, { value, unit, bounds, beyond, setting }]) => [
    ...[`\`${name}\``, `${value.toLocaleString('en-US')} ${unit}`, bounds, beyond],
    setting === undefined ? '' : `\`${setting}\``,
  ]);
  const all = [['name', 'limit', 'of what', 'beyond it', 'setting'], ...rows];
  const widths = all[0]!.map((_, column) => Math.max(...all.map((row) => row[column]!.length)));
  const line = (row: readonly string[]) =>
    `| ${row.map((cell, i) => cell.padEnd(widths[i]!)).join(' | ')} |\n`;
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |\n`;
  return `\n${line(all[0]!)}${rule}${all.slice(1).map(line).join('')}\n`;
}

describe('the table of limits', () => {
  it('stands in the threat model as it is in the code (CX_WRITE_DOCS=1 writes it there)', () => {
    const document = readFileSync(FILE, 'utf8');
    const expected = tableOf(INPUT_LIMITS);
    if (process.env['CX_WRITE_DOCS'] !== undefined) {
      writeFileSync(
        FILE,
        document.replace(PLACE, (_all, before, _table, after) => `${before}${expected}${after}`),
      );
      return;
    }
    expect(PLACE.exec(document)?.[2]).toBe(expected);
  });

  it('gives the settings their defaults', () => {
    const settings = readConfig({});
    expect(settings).toMatchObject({
      bodyLimit: LIMITS.bodyBytes,
      bodySeconds: LIMITS.bodySeconds,
      expandedLimit: LIMITS.expandedBytes,
      queueBytes: LIMITS.queueBytes,
      batchLimit: LIMITS.eventsPerRequest,
      queueEvents: LIMITS.eventsUnderWay,
      keyRate: LIMITS.eventsPerSecond,
      querySeconds: LIMITS.querySeconds,
      afterSeconds: LIMITS.afterSeconds,
      historicalEvents: LIMITS.historicalEvents,
      answerLimit: LIMITS.answerBytes,
    });
    const named = Object.values<InputLimit>(INPUT_LIMITS).flatMap(({ setting }) => setting ?? []);
    expect(named).toHaveLength(11);
  });

  it('names limits in the threat model that there are', () => {
    const [, text = ''] = /^([^]*)## Limits/.exec(readFileSync(FILE, 'utf8'))!;
    const named = [...text.matchAll(/`([a-z]+[A-Z][A-Za-z]*)`/g)].map(([, name]) => name!);
    expect(named.length).toBeGreaterThan(15);
    expect(named.filter((name) => !(name in LIMITS))).toEqual([]);
  });
});
