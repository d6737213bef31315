import { describe, expect, it } from '@jest/globals';
import { Overloaded, StoreFault } from '#event-sourcing';
import { IntakeFixture } from '../../../test/kit/intake-fixture.js';
import { issueRaised } from '../../../test/kit/touchpoint.js';
import { MemoryEventStore } from '../../../test/kit/memory-event-store.js';

const desk = { tenant: 'default', id: 'key-desk' };

describe('an intake under pressure', () => {
  const room = IntakeFixture.forEachTest(() => Promise.resolve(new MemoryEventStore()));

  describe('a store in trouble', () => {
    it('acknowledges nothing, and takes the same events later', async () => {
      const busy = new BusyStore();
      room.intake = room.another({ store: busy });
      busy.fault = new Overloaded('the queue is full', 2);
      await expect(room.intake.record(desk, [issueRaised('1')])).rejects.toBe(busy.fault);
      busy.fault = new StoreFault('disk-full', 'the disk is full');
      await expect(room.intake.record(desk, [issueRaised('1')])).rejects.toBe(busy.fault);
      busy.fault = undefined;
      expect(await room.intake.record(desk, [issueRaised('1')])).toMatchObject([{ status: 'recorded' }]);
    });
  });

  it('refuses more than it may hold at once, and goes on when there is room', async () => {
    const slow = new SlowStore();
    room.intake = room.another({ store: slow, limits: { eventsUnderWay: 3 } });
    const waiting = room.intake.record(desk, [issueRaised('1'), issueRaised('2')]);
    const refused = room.intake.record(desk, [issueRaised('3'), issueRaised('4')]);
    await expect(refused).rejects.toBeInstanceOf(Overloaded);
    await expect(refused).rejects.toMatchObject({ details: { retryAfterSeconds: 1 } });
    slow.goOn();
    expect(await waiting).toMatchObject([{ status: 'recorded' }, { status: 'recorded' }]);
    expect(await room.intake.record(desk, [issueRaised('3'), issueRaised('4')])).toHaveLength(2);
  });
});

/** A store that refuses what it is told to refuse. */
class BusyStore extends MemoryEventStore {
  fault: Error | undefined;

  override append(request: Parameters<MemoryEventStore['append']>[0]) {
    return this.fault === undefined ? super.append(request) : Promise.reject(this.fault);
  }
}

/** A store that answers when it is told to go on. */
class SlowStore extends MemoryEventStore {
  goOn: () => void = () => undefined;
  readonly #released = new Promise<void>((resolve) => (this.goOn = resolve));

  override async append(request: Parameters<MemoryEventStore['append']>[0]) {
    await this.#released;
    return super.append(request);
  }
}
