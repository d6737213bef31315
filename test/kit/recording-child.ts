// Records events of ever new customers into the embedded stores of a folder, and prints the id of each that was
// answered, until it is killed.
import { writeSync } from 'node:fs';
import { EmbeddedEventStore, openKeyStore } from '#engines/sqlite';
import { Intake } from '#intake';
import { issueRaised } from './touchpoint.js';

const folder = process.argv[2]!;
const keys = await openKeyStore({ folder, masterKey: Buffer.alloc(32, 7) });
const store = await EmbeddedEventStore.open({ folder });
const intake = new Intake({ store, keys, clock: { now: () => Date.parse('2026-02-01T12:00:00Z') } });

async function write(writer: number): Promise<never> {
  for (let round = 0; ; round++) {
    const events = Array.from({ length: 5 }, (_, i) => {
      const id = `${writer}-${round}-${i}`;
      const data = { issueId: id, category: 'refund', severity: 'low', description: `remark ${id}` };
      return issueRaised(id, { subject: `customer ${id}`, data });
    });
    const answers = await intake.record({ tenant: 'default', id: 'child' }, events);
    const recorded = answers.filter(({ status }) => status === 'recorded');
    writeSync(1, recorded.map(({ id }) => `${id}\n`).join(''));
  }
}

await Promise.all([0, 1, 2, 3, 4, 5].map(write));
