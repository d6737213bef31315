import { type Schema, schema } from '#views';

const { count, list, nullable, object, text, time } = schema;

const hex = (description: string): Schema<string> => ({
  json: { type: 'string', pattern: '^[0-9a-f]{64}$', description },
});
const PROOF = list(hex('a hash of the proof'));

// Hashes are SHA-256 in lower-case hexadecimal.

export const verifiableLogSchema = object({
  origin: text('name of the log, the first line of its checkpoints'),
  size: count('entries in its tree'),
  verifiers: list(
    object({
      verifier: text('NAME+ID+KEY (C2SP signed-note)'),
      until: nullable(time('when it was replaced; null: it signs now')),
    }),
  ),
  checkpoints: list(
    object({ day: text('UTC, as in 2026-11-25'), note: text('the last checkpoint of that day') }),
  ),
  trouble: nullable(
    object({ code: text(), detail: text() }, 'why the tree does not grow at present; null: it does'),
  ),
});

export const inclusionProofSchema = object({
  entry: count('number of the event in the log, from 0'),
  size: count('entries of the tree'),
  record: text('what the tree holds for the event: a digest of its bytes as stored'),
  leaf: hex('leaf hash of the record (RFC 9162)'),
  root: hex('root of the tree'),
  proof: PROOF,
});

export const consistencyProofSchema = object({
  from: count('entries of the earlier tree'),
  to: count('entries of the later tree'),
  roots: object({ from: hex('root of the earlier tree'), to: hex('root of the later tree') }),
  proof: PROOF,
});

export const treeEntriesSchema = object({
  items: list(
    object({
      entry: count('number of the event in the log, from 0'),
      record: text('what the tree holds for the event'),
      leaf: hex('leaf hash of the record'),
    }),
  ),
});

export const rotatedLogKeySchema = object({
  verifier: text('of the key that signs from now on'),
  file: text('where that key is'),
});
