import { describe, expect, it } from '@jest/globals';
import { LedgerError, type Position, START, storedPosition } from '#event-sourcing';
import { type PartitionEnds, RelayPositions } from '#event-store';
import { SILENT } from '../../../../test/kit/silent-log.js';
import { RelayProgress } from './relay-progress.js';

const at = (position: number) => storedPosition(BigInt(position));
const NONE: PartitionEnds = new Map();

/** Positions whose storing ends when the test says so, and how. */
class SlowPositions extends RelayPositions {
  override readonly keepsEnds = true;
  isHeld = true;
  readonly stored: [Position, PartitionEnds | undefined][] = [];
  private readonly underWay: ((error?: Error) => void)[] = [];
  override get = () => Promise.resolve(START);
  override hold = () => Promise.resolve(this.isHeld);

  override set = (_: string, position: Position, ends?: PartitionEnds) => {
    this.stored.push([position, ends]);
    return new Promise<void>((resolve, reject) => {
      this.underWay.push((error) => (error === undefined ? resolve() : reject(error)));
    });
  };

  async end(error?: Error): Promise<void> {
    this.underWay.shift()!(error);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

async function begun() {
  const positions = new SlowPositions();
  const ends = () => Promise.resolve(new Map([[0, 7n]]));
  const progress = new RelayProgress({ name: 'cx.recorded', positions, log: SILENT, ends });
  const held = progress.holds();
  await new Promise((resolve) => setImmediate(resolve));
  await positions.end();
  expect(await held).toBe(true);
  return { positions, progress };
}

describe('11.3: the position of a relay', () => {
  it('is stored while the next pages are sent, of several the newest, with all ends since it took over', async () => {
    const { positions, progress } = await begun();
    progress.advance(at(1), new Map([[0, 8n]]), true);
    progress.advance(at(2), new Map([[3, 1n]]), true);
    progress.advance(at(3), new Map([[0, 9n]]), true);
    expect(progress.sentTo).toBe(at(3));
    await positions.end();
    await positions.end();
    expect(positions.stored).toEqual([
      [START, new Map([[0, 7n]])],
      [at(1), new Map([[0, 8n]])],
      [
        at(3),
        new Map([
          [0, 9n],
          [3, 1n],
        ]),
      ],
    ]);
  });

  it('stays where it is while something before it is owed', async () => {
    const { positions, progress } = await begun();
    progress.advance(at(1), NONE, false);
    expect([progress.sentTo, positions.stored.length]).toEqual([at(1), 1]);
  });

  it('is stored again after a failure, which the next page is told', async () => {
    const { positions, progress } = await begun();
    progress.advance(at(1), NONE, true);
    await positions.end(new Error('the database is away'));
    await expect(progress.holds()).rejects.toThrow('the database is away');
    expect(await progress.holds()).toBe(true);
    progress.advance(at(1), NONE, true);
    expect(positions.stored.map(([position]) => position)).toEqual([START, at(1), at(1)]);
  });

  it('is another server’s from the moment on that storing is refused', async () => {
    const { positions, progress } = await begun();
    progress.advance(at(1), NONE, true);
    positions.isHeld = false;
    await positions.end(new LedgerError('relay-taken-over', 'another server sends'));
    await expect(progress.holds()).rejects.toMatchObject({ code: 'relay-taken-over' });
    expect([await progress.holds(), progress.sentTo]).toEqual([false, undefined]);
  });
});
