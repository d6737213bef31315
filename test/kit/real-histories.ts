import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse as parseCsv } from 'csv-parse/sync';
import { parseDocument } from 'yaml';
import { parseTime } from '#event-sourcing';
import { journeyVocabulary, readMapping, RowMapper } from '#connectors';
import type { TouchpointName } from '#journey';
import { cdnowPurchases } from './cdnow.js';
import type { TestEvent } from './test-event.js';

const ROOT = join(import.meta.dirname, '..', '..', '..');

/** The incident log as touchpoints, by the mapping that ships. */
export function incidents(): readonly TestEvent[] {
  const read = (...path: string[]) => readFileSync(join(ROOT, ...path), 'utf8');
  const [head, ...rows] = parseCsv(
    read('test', 'histories', 'incidents', 'incident_event_log.csv'),
  ) as string[][];
  const document: unknown = parseDocument(read('infra', 'mappings', 'incidents.yaml'), {
    schema: 'failsafe',
  }).toJS();
  const mapping = readMapping(document, journeyVocabulary());
  const mapper = new RowMapper(mapping, head!, journeyVocabulary());
  return rows.flatMap((row) =>
    mapper.map(row).events.map(({ type, subject, time, data, id, sequence }): TestEvent => {
      const name = type.split('.')[1] as TouchpointName;
      return { type: name, customer: subject, at: parseTime(time)!, data, id, sequence: Number(sequence) };
    }),
  );
}

/** The purchases of the CDNOW sample as touchpoints. */
export function purchases(): readonly TestEvent[] {
  return cdnowPurchases().map(({ customer, at }, i): TestEvent => ({
    type: 'PurchaseMade',
    customer,
    at,
    id: String(i),
    data: { orderId: String(i), amount: '1', currency: 'USD' },
  }));
}
