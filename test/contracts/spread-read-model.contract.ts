import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { storedPosition } from '#event-sourcing';
import {
  type ClaimedPartition,
  NOTHING_READ,
  type ReadModel,
  type ReadModelChange,
  type SpreadChange,
} from '#projector';
import type { ReadModelKind } from '../kit/read-model-kinds.js';

const TENANT = 'acme';
const COUNTED = NOTHING_READ.counts;

/** What every read model must do that several projectors may write. */
export function describeSpreadReadModel(kind: ReadModelKind): void {
  describe(`11.3: read model ${kind.name}, written by several projectors`, () => {
    let readModel: ReadModel;
    let other: ReadModel;

    beforeEach(async () => {
      readModel = await kind.open();
      other = await kind.beside!(readModel);
      await readModel.spreading!.begin(await commits());
    });

    afterEach(async () => {
      await other.close();
      await kind.end(readModel);
    });

    const commits = async () => (await readModel.stored.writerState()).progress.commits;
    const commit = async (
      by: ReadModel,
      spread: Partial<SpreadChange>,
      change: Partial<ReadModelChange> = {},
    ) => {
      const { commits: from, ...progress } = (await by.stored.writerState()).progress;
      const checks = { partitions: [], revisions: [], counted: COUNTED, alone: false, ...spread };
      await by.commit({ from, progress, spread: checks, ...change });
    };
    const claimedBy = async (by: ReadModel, partition: number): Promise<ClaimedPartition> =>
      (await by.spreading!.claim([partition], by === readModel ? 'first:1' : 'second:2'))[0]!;
    const advance = (claimed: ClaimedPartition, offset: bigint, position: number) => ({
      ...{ ...claimed, from: claimed.offset, offset, position: storedPosition(position) },
    });
    const numbered = async (by: ReadModel, ...names: readonly string[]) =>
      by.spreading!.register(names.map((customer) => ({ tenant: TENANT, customer })));
    const textOf = async (number: number) => {
      const [timeline] = await readModel.stored.timelines([{ number, name: 'a', heldAt: null }]);
      return timeline!.chunks.map(({ bytes }) => Buffer.from(bytes).toString());
    };
    const chunk = (customer: number, text: string) => ({
      chunks: [{ customer, change: { chunks: [{ number: 0, bytes: Buffer.from(text) }] } }],
    });

    it('keeps how far each partition is, with what was read of it, and nothing of a change under an older claim', async () => {
      const mine = await claimedBy(readModel, 1);
      const [customer] = await numbered(readModel, 'a');
      const revisions = [{ customer: customer!.number, revision: 0 }];
      await commit(
        readModel,
        { partitions: [advance(mine, 5n, 70)], revisions },
        chunk(customer!.number, 'one'),
      );
      const taken = await claimedBy(other, 1);
      expect(taken).toEqual({
        partition: 1,
        claim: mine.claim + 1,
        offset: 5n,
        position: storedPosition(70),
      });
      const late = { ...mine, offset: 5n };
      const change = chunk(customer!.number, 'two');
      const again = [{ customer: customer!.number, revision: 1 }];
      await expect(
        commit(readModel, { partitions: [advance(late, 6n, 80)], revisions: again }, change),
      ).rejects.toMatchObject({ code: 'partition-lost' });
      expect(await textOf(customer!.number)).toEqual(['one']);
      await commit(other, { partitions: [advance(taken, 6n, 80)], revisions: again }, change);
      expect(await textOf(customer!.number)).toEqual(['two']);
    });

    it('shows which server has which partition, and none for those of a server that stopped', async () => {
      const ofFirst = [await claimedBy(readModel, 2), await claimedBy(readModel, 0)];
      await claimedBy(other, 2);
      await commit(readModel, { partitions: [advance(ofFirst[1]!, 3n, 9)] });
      const shown = async () =>
        (await other.spreading!.partitions()).map(({ partition, owner, nextOffset, position }) => [
          ...[partition, owner, nextOffset, String(position)],
        ]);
      expect(await shown()).toEqual([
        [0, 'first:1', 3, '9'],
        [2, 'second:2', 0, '0'],
      ]);
      // The claim of partition 2 is an older one.
      await readModel.spreading!.leave(ofFirst);
      expect(await shown()).toEqual([
        [0, null, 3, '9'],
        [2, 'second:2', 0, '0'],
      ]);
      await readModel.spreading!.end(await commits());
      expect(await other.spreading!.partitions()).toEqual([]);
    });

    it('refuses records that were projected already, though the claim holds', async () => {
      const mine = await claimedBy(readModel, 0);
      await commit(readModel, { partitions: [advance(mine, 3n, 9)] });
      await expect(commit(readModel, { partitions: [advance(mine, 3n, 9)] })).rejects.toMatchObject({
        code: 'partition-lost',
      });
    });

    it('refuses a change made from what another has written to the same customers since', async () => {
      const [a, b] = (await numbered(readModel, 'a', 'b')).map((one) => ({
        customer: one!.number,
        revision: 0,
      }));
      await commit(readModel, { revisions: [a!] }, chunk(a!.customer, 'one'));
      await expect(commit(other, { revisions: [b!, a!] }, chunk(a!.customer, 'two'))).rejects.toMatchObject({
        code: 'customers-changed',
      });
      expect(await textOf(a!.customer)).toEqual(['one']);
      const [person] = await other.stored.people([{ tenant: TENANT, customer: 'a' }]);
      expect(person!.customers[0]!.revision).toBe(1);
      // Nobody else has touched this one, and the refused change did not count.
      await commit(other, { revisions: [b!] });
    });

    it('numbers a customer once, whoever meets it first', async () => {
      const [first] = await numbered(readModel, 'a');
      expect(await numbered(other, 'b', 'a')).toEqual([expect.objectContaining({ name: 'b' }), undefined]);
      const [person] = await other.stored.people([{ tenant: TENANT, customer: 'a' }]);
      expect(person!.customers).toEqual([first]);
    });

    it('lets others write beside a change that concerns them not, and refuses them behind one that concerns all', async () => {
      const from = await commits();
      const stale: ReadModelChange = {
        ...{ from, progress: NOTHING_READ },
        spread: { partitions: [], revisions: [], counted: COUNTED, alone: false },
      };
      await commit(readModel, {});
      await other.commit(stale);
      await commit(readModel, { alone: true }, { stamps: [] });
      await expect(other.commit(stale)).rejects.toMatchObject({ code: 'another-writer' });
      expect(await commits()).toBe(from + 1);
    });

    it('counts what each adds', async () => {
      const mine = await claimedBy(readModel, 0);
      const theirs = await claimedBy(other, 2);
      const counted = { ...COUNTED, read: 3, timeline: 2, duplicates: 1 };
      await commit(readModel, { partitions: [advance(mine, 3n, 9)], counted });
      await commit(other, {
        partitions: [advance(theirs, 1n, 4)],
        counted: { ...COUNTED, read: 1, ignored: 1 },
      });
      const { progress } = await readModel.stored.writerState();
      expect(progress.counts).toEqual({ ...COUNTED, read: 4, timeline: 2, duplicates: 1, ignored: 1 });
    });

    it('forgets everything, and is written by one projector again', async () => {
      const mine = await claimedBy(readModel, 0);
      const [customer] = await numbered(readModel, 'a');
      const revisions = [{ customer: customer!.number, revision: 0 }];
      await commit(
        readModel,
        { partitions: [advance(mine, 2n, 7)], revisions },
        chunk(customer!.number, 'one'),
      );
      const from = await commits();
      await commit(readModel, { alone: true }, { reset: true, progress: NOTHING_READ });
      const state = await readModel.stored.writerState();
      expect([state.spread ?? false, state.progress]).toEqual([
        false,
        { ...NOTHING_READ, commits: from + 1 },
      ]);
      expect(await readModel.stored.people([{ tenant: TENANT, customer: 'a' }])).toEqual([undefined]);
      expect(await readModel.spreading!.claim([0], 'first:1')).toEqual([]);
    });

    it('is refused to one that projects alone, until that one ends the division', async () => {
      const { commits: from, ...progress } = (await readModel.stored.writerState()).progress;
      await expect(readModel.commit({ from, progress })).rejects.toMatchObject({ code: 'another-writer' });
      const mine = await claimedBy(other, 0);
      await readModel.spreading!.end(from);
      await expect(commit(other, { partitions: [advance(mine, 1n, 1)] })).rejects.toMatchObject({
        code: 'another-writer',
      });
      const state = await readModel.stored.writerState();
      expect(state.spread ?? false).toBe(false);
      await readModel.commit({ from: state.progress.commits, progress: { ...progress, customers: 0 } });
    });
  });
}
