import { expect, it } from '@jest/globals';
import { RelayPositions } from '#event-store';
import { START } from '#event-sourcing';
import { SILENT } from '../../../../test/kit/silent-log.js';
import { kafkaClient } from './kafka-client.js';
import { Relay } from './relay.js';
import { MemoryEventStore } from '../../../../test/kit/memory-event-store.js';

/** Positions that are held by whoever asks, and how often that was. */
class CountedHolds extends RelayPositions {
  held = 0;
  onHeld: () => void = () => undefined;
  override get = () => Promise.resolve(START);
  override set = () => Promise.resolve();
  override async hold(): Promise<boolean> {
    this.held++;
    this.onHeld();
    return true;
  }
}

it('11.3: a relay says that it still sends while one page takes long, so that no other server takes over', async () => {
  const positions = new CountedHolds();
  const heldAgain = new Promise<void>((resolve) => {
    positions.onHeld = () => positions.held === 3 && resolve();
  });
  const relay = new Relay({
    ...{ name: 'cx.recorded', topic: 'cx.recorded', log: SILENT, positions, events: new MemoryEventStore() },
    kafka: kafkaClient({ brokers: ['127.0.0.1:1'] }, SILENT),
    content: {
      // A page that ends only once the relay was held twice more.
      async *messagesOf() {
        await heldAgain;
        yield [];
      },
    },
  });
  relay.start();
  await heldAgain;
  await relay.stop();
  expect(positions.held).toBeGreaterThanOrEqual(3);
});
