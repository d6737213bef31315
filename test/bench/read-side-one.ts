import { SqliteReadModel } from '#engines/sqlite';
import { Projector } from '#projector';
import { KeptStates, PolicyBooks, QUERIES, type QueryContext } from '#views';
import { SetClock } from '../kit/projected.js';
import type { Run } from './figures.js';
import { percentile } from './machine.js';
import { BEGINNING, PACE, Visits } from './visits.js';

/** A customer's three views, cold and with its state kept; and a late event before all others. */
export async function oneCustomer(run: Run, folder: string, events: number): Promise<void> {
  run.say(`read side: views of a customer with ${events} events`);
  const log = new Visits(1, Infinity).more(events);
  const now = BEGINNING + (events + 10) * PACE;
  const readModel = await SqliteReadModel.open({ folder });
  const projector = new Projector({ events: log, readModel, clock: new SetClock(now) });
  await projector.catchUp();
  const most = { 100: [2, 2], 1_000: [5, 5], 10_000: undefined, 100_000: [250, 5] }[events];
  const rounds = Math.max(10, Math.min(500, 1_000_000 / events));
  for (const [at, kept] of ['cold', 'state kept'].entries()) {
    let context = contextOf(readModel, now);
    const millis: number[] = [];
    let used = process.threadCpuUsage();
    for (let round = 0; round < rounds; round++) {
      if (kept === 'cold') context = contextOf(readModel, now);
      const began = performance.now();
      await QUERIES.customer(context, { tenant: 'default', customer: 'customer-0' });
      // What is compiled, and folded to be kept, at first is not what is measured.
      if (round > 0) millis.push(performance.now() - began);
      else used = process.threadCpuUsage();
    }
    const [p50, p99] = [percentile(millis, 0.5), percentile(millis, 0.99)];
    const bound = most?.[at];
    const note = processorNote(used, rounds - 1);
    run.add({
      ...{
        bench: 'read side',
        what: `views of a customer with ${events.toLocaleString('en')} events, ${kept}`,
      },
      ...{ value: p99, unit: 'ms', p50, p99, note },
      ...(bound !== undefined && { goal: { text: `p99 < ${bound} ms`, met: p99 < bound } }),
    });
  }
  log.lateBy = 2 * events * PACE;
  log.more(1);
  const [began, used] = [performance.now(), process.threadCpuUsage()];
  await projector.catchUp();
  const value = performance.now() - began;
  const note = processorNote(used, 1);
  run.add({
    ...{
      bench: 'read side',
      what: `an event before ${events.toLocaleString('en')} others projected`,
      value,
      unit: 'ms',
      note,
    },
    ...(events === 100_000 && { goal: { text: '< 300 ms', met: value < 300 } }),
  });
  await readModel.close();
}

/** What each time took of the processor: all of it but waiting for others who use the machine. */
function processorNote(since: NodeJS.CpuUsage, times: number): string {
  const { user, system } = process.threadCpuUsage(since);
  return `${((user + system) / 1_000 / times).toFixed(2)} ms of processor each`;
}

function contextOf(reader: SqliteReadModel, now: number): QueryContext {
  return {
    ...{ reader, now: () => now, historicalEvents: 1_000_000, states: new KeptStates(1_000_000) },
    recordedAt: () => Promise.resolve(undefined),
    positionAt: async () => (await reader.stored.timelineState()).checkpoint,
    yieldTurn: () => Promise.resolve(),
    books: new PolicyBooks(),
  };
}
