// Appends until it is killed, and says on stdout, line by line, what was acknowledged: `position stream id revision`.
//   node appending-child.js FOLDER RUN
import { EmbeddedEventStore } from '#engines/sqlite';
import { newEvent } from './new-events.js';

const [folder, run] = process.argv.slice(2);
// Small bounds, so that a short run sees many files of the index and checkpoints of the log.
const store = await EmbeddedEventStore.open({
  folder: folder!,
  memtableEvents: 64,
  checkpointBytes: 256 * 1024,
});
console.log('open');

/** One of several writers: appends of one to twenty events, each after the one before was acknowledged. */
async function write(writer: number): Promise<never> {
  for (let n = 0; ; n++) {
    const events = Array.from({ length: 1 + ((n * 7 + writer) % 20) }, (_, i) =>
      newEvent(`s${(n + i) % 5}`, `${run}-${writer}-${n}-${i}`),
    );
    const outcomes = await store.append({ events });
    const lines = outcomes.map((outcome, i) => {
      if (outcome.status !== 'recorded') throw new Error(`${outcome.status}: ${run}-${writer}-${n}-${i}`);
      return `${outcome.position} ${events[i]!.stream} ${run}-${writer}-${n}-${i} ${outcome.revision}\n`;
    });
    process.stdout.write(lines.join(''));
  }
}

await Promise.all([0, 1, 2, 3].map(write));
