// Thread of the embedded key store: everything that reads, writes or syncs keys.sqlite happens here.
import { parentPort, workerData } from 'node:worker_threads';
import { LedgerError } from '#event-sourcing';
import { KeyTable } from './key-table.js';
import type { KeyAnswer, KeyFault, KeyLookup, KeyRequest, KeyWorkerData } from './key-worker-messages.js';
import { packKeys, PACKED_KEYS_BYTES } from '#privacy';
import { keyStoreFault } from './sqlite-fault.js';

const { file, masterKeys } = workerData as KeyWorkerData;
let table: KeyTable;

function lookUp(lookups: readonly KeyLookup[]): KeyAnswer {
  // One commit makes all that is missing, whoever asked for it.
  const made = table.ensure(lookups.flatMap(({ make, owners }) => (make ? owners : [])));
  const found = table.find(lookups.flatMap(({ make, owners }) => (make ? [] : owners)));
  let [nextMade, nextFound] = [0, 0];
  const secrets = lookups.flatMap(({ make, owners }) =>
    owners.map(() => (make ? made[nextMade++] : found[nextFound++])),
  );
  const packed = new Uint8Array(secrets.length * PACKED_KEYS_BYTES);
  secrets.forEach((secret, i) => secret && packKeys(secret, packed, i * PACKED_KEYS_BYTES));
  return { packed, present: Uint8Array.from(secrets, (secret) => (secret === undefined ? 0 : 1)) };
}

function answer(request: KeyRequest): KeyAnswer {
  switch (request.kind) {
    case 'look-up':
      return lookUp(request.lookups);
    case 'begin-rotation':
      table.beginRotation(request.masterKey);
      return {};
    case 'rewrap':
      return { rewrapped: table.rewrap(request.limit) };
    case 'end-rotation':
      table.endRotation();
      return {};
    case 'close':
      table.close();
      return {};
  }
}

function faultOf(error: unknown): KeyFault {
  const fault = keyStoreFault(error, file);
  if (fault instanceof LedgerError) {
    return { code: fault.code, message: fault.message, details: fault.details };
  }
  return {
    code: 'key-store-failed',
    message: `key store ${file}: ${(fault as Error).message}`,
    details: { file },
  };
}

function post(work: () => KeyAnswer): void {
  let message: KeyAnswer | { readonly fault: KeyFault };
  try {
    message = work();
  } catch (error) {
    message = { fault: faultOf(error) };
  }
  parentPort!.postMessage(message);
}

parentPort!.on('message', (request: KeyRequest) => {
  post(() => answer(request));
  if (request.kind === 'close') parentPort!.close();
});
post(() => {
  table = new KeyTable(file, masterKeys);
  return {};
});
