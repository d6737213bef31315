import { setImmediate as nextTurn } from 'node:timers/promises';
import { openReadModelReader } from '#engines';
import type { ViewsAddress } from '#platform';
import { KeptStates, PolicyBooks, type QueryContext, type ReadModelReader } from '#views';
import { addressIn } from '../addresses.js';
import { Failure } from '../failure.js';
import { ledgerFolder, type CommonOptions } from '../settings.js';

/** Opens the views as they are stored, beside a running server or without one. Throws StoreFault, and Failure `no-store`. */
export async function openStoredViews(options: CommonOptions): Promise<ReadModelReader> {
  return openReadModelReader(await addressOf(options));
}

async function addressOf(options: CommonOptions): Promise<ViewsAddress> {
  const named = options.data === undefined ? process.env['CX_VIEWS'] : undefined;
  if (named === undefined || named === '') return { kind: 'embedded', folder: ledgerFolder(options) };
  return addressIn('viewsAddress', 'CX_VIEWS', named);
}

/** What queries are put to, for a command that asks about everything that is known. */
export function queryContextOf(reader: ReadModelReader): QueryContext {
  let turns = 0;
  return {
    reader,
    now: () => Date.now(),
    recordedAt: () => Promise.resolve(undefined),
    positionAt: () => Promise.reject(new Failure('not-supported', 'a command asks about all that is known')),
    historicalEvents: Infinity,
    // A query that is given a turn lets progress be shown and signals be heard.
    yieldTurn: async () => void (++turns % 500 === 0 && (await nextTurn())),
    states: new KeptStates(0),
    books: new PolicyBooks(),
  };
}
