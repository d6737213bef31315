import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises';
import { workerData } from 'node:worker_threads';
import { openEventReader, openTreeStore } from '#engines';
import { type LedgerError, StoreFault } from '#event-sourcing';
import { parseTilePath, signCheckpoint, signNote, verifierOf, verifierText } from '#ledger';
import type { EventsAddress } from '#platform';
import { LogKey } from '#privacy';
import { type AccessLookup, LogProofs, LogTree } from '#proofs';
import { Backoff, lowerThreadPriority, serveCalls } from '#threads';
import type { Notify } from '#threads';

export interface ProofsWorkerData {
  /** Where the log is. */
  readonly events: EventsAddress;
  /** Where its tree is kept: each server that signs has one of its own, since it is derived. */
  readonly folder: string;
  /** Name of the log. */
  readonly origin: string;
  /** The file of the key that signs. */
  readonly keyFile: string;
}

/** The thread's notice that the tree does not grow, and why; undefined: it grows again. */
export type ProofsNotice = { readonly trouble: Trouble | undefined };

export interface Trouble {
  readonly code: string;
  readonly detail: string;
}

/** The thread's methods. */
export type ProofsMethods = Awaited<ReturnType<typeof open>>;

/**
 * How long after a checkpoint the next events are taken in, ms: what comes meanwhile shares one commit and one
 * signature.
 */
const EVERY = 1_000;
/** Checkpoints of former days that are shown. */
const KEPT_SHOWN = 400;

async function open(notify: Notify) {
  const { events: address, folder, origin, keyFile } = workerData as ProofsWorkerData;
  const [events, store] = [await openEventReader(address), await openTreeStore(folder)];
  const key = LogKey.load(keyFile);
  const proofs = new LogProofs(events, store);
  const stopping = new AbortController();
  let trouble: Trouble | undefined;
  const report = (now: Trouble | undefined) => {
    if (now?.code !== trouble?.code) notify({ trouble: now } satisfies ProofsNotice);
    trouble = now;
  };
  const openTree = () =>
    LogTree.open({ events, store, origin, sign: (tree) => signCheckpoint(tree, key.seed), clock: Date });
  const growing = grow(openTree, report, stopping.signal);
  return {
    checkpoint: async (_: undefined) => (await store.checkpoint()) ?? null,
    log: async (_: undefined) => ({
      origin,
      size: await proofs.size(),
      verifiers: key.publicKeys().map(({ publicKey, until }) => ({
        verifier: verifierText(verifierOf(origin, publicKey)),
        until,
      })),
      checkpoints: await store.checkpoints(KEPT_SHOWN),
      trouble: trouble ?? null,
    }),
    inclusion: ({ entry, size }: { entry: number; size?: number }) => proofs.inclusion(entry, size),
    inclusions: ({ entries, size }: { entries: readonly number[]; size: number }) =>
      proofs.inclusions(entries, size),
    sign: async (text: string) => signNote(text, origin, key.seed),
    consistency: ({ from, to }: { from: number; to?: number }) => proofs.consistency(from, to),
    entries: ({ from, to }: { from: number; to: number }) => proofs.entries(from, to),
    indexedAccesses: (tenant: string) => store.indexedAccesses(tenant),
    lastLateAccess: ({ tenant, time }: { tenant: string; time: number }) =>
      store.lastLateAccess(tenant, time),
    findAccesses: (lookup: AccessLookup) => store.findAccesses(lookup),
    tile: (path: string) => proofs.tile(parseTilePath(path)),
    rotate: (_: undefined) => {
      key.rotate(Date.now());
      return { verifier: verifierText(verifierOf(origin, key.publicKeys()[0]!.publicKey)), file: keyFile };
    },
    stop: async (_: undefined) => {
      stopping.abort();
      await growing;
      await Promise.all([store.close(), events.close()]);
    },
  };
}

/** Adds recorded events to the tree until it is stopped. A failure is reported, and retried from the stored state. */
async function grow(
  openTree: () => Promise<LogTree>,
  report: (trouble: Trouble | undefined) => void,
  signal: AbortSignal,
): Promise<void> {
  const backoff = new Backoff();
  let tree: LogTree | undefined;
  while (!signal.aborted) {
    let wait = EVERY;
    try {
      tree ??= await openTree();
      while (!signal.aborted && !(await tree.step())) await nextTurn();
      report(undefined);
      backoff.reset();
    } catch (error) {
      tree = undefined;
      wait = backoff.next();
      // Another server has grown the tree meanwhile: this one goes on where that one has come to.
      if (!isFenced(error)) report(troubleOf(error));
    }
    await pause(wait, undefined, { signal, ref: false }).catch(() => undefined);
  }
}

function isFenced(error: unknown): boolean {
  return error instanceof StoreFault && error.code === 'tree-fenced';
}

function troubleOf(error: unknown): Trouble {
  const { code, message } = error as LedgerError;
  return { code: error instanceof StoreFault ? code : 'internal', detail: message };
}

lowerThreadPriority();
await serveCalls(open);
