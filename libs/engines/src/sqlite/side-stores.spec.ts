import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { accessStoreContract } from '../../../../test/contracts/access-store.contract.js';
import { operationsStoreContract } from '../../../../test/contracts/operations-store.contract.js';
import { openSideStores } from './side-stores.js';

async function folderPlace() {
  const folder = mkdtempSync(join(tmpdir(), 'cx-side-'));
  return { folder, remove: async () => rmSync(folder, { recursive: true }) };
}

accessStoreContract('SQLite', async () => {
  const { folder, remove } = await folderPlace();
  return { open: async () => (await openSideStores({ access: { folder } })).access, remove };
});

operationsStoreContract('SQLite', async () => {
  const { folder, remove } = await folderPlace();
  return { open: async () => (await openSideStores({ operations: { folder } })).operations, remove };
});
