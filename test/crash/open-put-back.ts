import { acceptLoss } from '#engines/sqlite';
import type { StoreFault } from '#event-sourcing';

/**
 * Opens a folder as the next start would. Where an older log was put back, a refusal is right: then the operator accepts
 * the loss, and it must open. Where none was, every refusal is a fault.
 */
export async function openPutBack<T>(open: () => Promise<T>, folder: string, isPutBack: boolean): Promise<T> {
  try {
    return await open();
  } catch (error) {
    if (!isPutBack || (error as StoreFault).code !== 'log-shortened') throw error;
    acceptLoss(folder);
    return open();
  }
}
