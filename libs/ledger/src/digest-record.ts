import { sha256 } from '#event-sourcing';

const PREFIX = 'cx-event-digest/v1 sha256:';

/**
 * The entry that stands for an event in the verifiable log: the SHA-256 of its bytes as stored, personal data sealed,
 * in ASCII. So a proof tells a stranger nothing about the event, and erasing a customer's key changes no entry.
 * From a shell: `printf 'cx-event-digest/v1 sha256:%s' "$(sha256sum < event.json | cut -c 1-64)"`.
 */
export function digestRecord(stored: Uint8Array): Uint8Array {
  return Buffer.from(PREFIX + Buffer.from(sha256(stored)).toString('hex'), 'ascii');
}
