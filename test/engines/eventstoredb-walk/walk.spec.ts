import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { EventStoreServer } from '../../kit/eventstore-server.js';
import { walk } from './walk.js';

/** The lines that a real server of version 24.10 is known to print. */
const EXPECTED = join(import.meta.dirname, '../../../../test/engines/eventstoredb-walk/expected.txt');

describe('11.1: the walk through the protocol facts', () => {
  let server: EventStoreServer;

  beforeAll(async () => {
    server = await EventStoreServer.start();
  });

  afterAll(async () => {
    await server.remove();
  });

  it('prints what a real server prints', async () => {
    const lines: string[] = [];
    for await (const line of walk(server.connection)) lines.push(line);
    expect(lines).toEqual(readFileSync(EXPECTED, 'utf8').trimEnd().split('\n'));
  });
});
