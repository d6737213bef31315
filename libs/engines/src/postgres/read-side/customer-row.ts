import type { CustomerRecord } from '#views';
import type { Row } from '../database.js';

/** A customer, from its columns id, name, held_at and revision. */
export function customerOf([id, name, heldAt, revision]: Row): CustomerRecord {
  return {
    ...{ number: id as number, name: name as string },
    ...{ heldAt: heldAt as number | null, revision: revision as number },
  };
}
