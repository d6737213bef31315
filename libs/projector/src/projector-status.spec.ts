import { expect, it } from '@jest/globals';
import { DeliveredLog } from '../../../test/kit/delivered-log.js';
import { projectorOf, SetClock } from '../../../test/kit/projected.js';
import { TABLES } from '#views';
import { MemoryReadModel } from './memory-read-model.js';
import type { ReadModelChange } from './read-model.js';

/** An engine that is away: what is committed is stored before the answer arrives. */
class FarReadModel extends MemoryReadModel {
  onCommitted: () => Promise<void> = async () => undefined;

  override async commit(change: ReadModelChange): Promise<void> {
    await super.commit(change);
    await this.onCommitted();
  }
}

it('11.2: shows a rebuild as running or as ended at every moment, whatever time an answer takes', async () => {
  const readModel = new FarReadModel(TABLES);
  const projector = projectorOf({ events: new DeliveredLog(), readModel, clock: new SetClock(0) });
  await projector.catchUp();
  const { id } = await projector.rebuild();
  const shown: string[] = [];
  readModel.onCommitted = async () => {
    const { jobs, endedJobs } = await projector.status();
    const status = jobs.some((job) => job.id === id) ? 'running' : 'unknown';
    shown.push(endedJobs.find((job) => job.id === id)?.outcome ?? status);
  };
  await projector.catchUp();
  const { endedJobs } = await projector.status();
  expect(shown).toEqual(['completed']);
  expect(endedJobs.map((job) => [job.id, job.outcome])).toEqual([[id, 'completed']]);
});
