import { openCheckpoint, parseVerifier } from '#ledger';
import type { Checkpoint } from '#ledger';
import type { LedgerProcess } from './ledger-process.js';
import { until } from './until.js';

/** The checkpoint of a running server's log, once its signature is right and it stands for so many entries. */
export async function signedLog(
  ledger: LedgerProcess,
  entries: number,
): Promise<Checkpoint & { note: string }> {
  const { verifiers } = await ledger.get<{ verifiers: { verifier: string }[] }>('/v1/audit/log');
  const believed = verifiers.map(({ verifier }) => parseVerifier(verifier));
  let found: (Checkpoint & { note: string }) | undefined;
  await until(`a checkpoint of ${entries} entries`, async () => {
    const { status, text } = await ledger.api.ask('/v1/audit/checkpoint');
    if (status !== 200) return false;
    found = { ...openCheckpoint(text, believed), note: text };
    return found.size >= entries;
  });
  return found!;
}
