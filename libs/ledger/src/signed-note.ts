import { InvalidInput, sha256 } from '#event-sourcing';
import { publicKeyOf, signText, verifyText } from './ed25519.js';

/** The type of Ed25519 keys in a signed note. */
const ED25519 = 1;
const ID_BYTES = 4;
const KEY_BYTES = 32;
const VERIFIER = /^([^+\s]+)\+[0-9a-f]{8}\+([A-Za-z0-9+/]+={0,2})$/;
/** A signature's line begins with an em dash. */
const SIGNATURE_LINE = /^— (\S+) ([A-Za-z0-9+/]+={0,2})$/;

/** Whose signatures are believed: `NAME+ID+KEY` in a verifier's text. */
export interface Verifier {
  readonly name: string;
  /** First four bytes of SHA-256 of name, newline, type and key. */
  readonly id: Uint8Array;
  readonly publicKey: Uint8Array;
}

/** The verifier of a name's public key (32 bytes). */
export function verifierOf(name: string, publicKey: Uint8Array): Verifier {
  const input = Buffer.concat([Buffer.from(`${name}\n`, 'utf8'), typed(publicKey)]);
  return { name, publicKey, id: sha256(input).subarray(0, ID_BYTES) };
}

/** A verifier as text, to be handed to auditors and to other tools (C2SP signed-note). */
export function verifierText({ name, id, publicKey }: Verifier): string {
  return `${name}+${Buffer.from(id).toString('hex')}+${Buffer.from(typed(publicKey)).toString('base64')}`;
}

/** The verifier of a text as `verifierText` writes it. Throws InvalidInput `invalid-verifier`. */
export function parseVerifier(text: string): Verifier {
  const [, name = '', key = ''] = VERIFIER.exec(text.trim()) ?? [];
  const bytes = Buffer.from(key, 'base64');
  const verifier = verifierOf(name, bytes.subarray(1));
  if (bytes.length === 1 + KEY_BYTES && verifierText(verifier) === text.trim()) return verifier;
  const detail = 'is not a verifier: NAME+ID+KEY, as GET /v1/audit/log gives them';
  throw new InvalidInput('invalid-verifier', `the text ${detail}`, [{ pointer: '', detail }]);
}

/** Signs a text, which ends with a newline, under a name and its private key (C2SP signed-note). */
export function signNote(text: string, name: string, seed: Uint8Array): string {
  const { id } = verifierOf(name, publicKeyOf(seed));
  const signature = Buffer.concat([id, signText(text, seed)]).toString('base64');
  return `${text}\n— ${name} ${signature}\n`;
}

/**
 * The text of a signed note, once one of the verifiers has signed it; signatures of others are passed over.
 * Throws InvalidInput `invalid-note` where it is no signed note, `unknown-signature` where none of them has signed it.
 */
export function openNote(note: string, verifiers: readonly Verifier[]): string {
  const end = note.lastIndexOf('\n\n');
  const lines = note.slice(end + 2).split('\n');
  if (end < 0 || lines.pop() !== '' || lines.length === 0) throw notANote();
  const text = note.slice(0, end + 1);
  let signed = false;
  for (const line of lines) {
    const match = SIGNATURE_LINE.exec(line);
    if (match === null) throw notANote();
    const bytes = Buffer.from(match[2]!, 'base64');
    const verifier = verifiers.find(
      ({ name, id }) => name === match[1] && Buffer.compare(id, bytes.subarray(0, ID_BYTES)) === 0,
    );
    if (verifier === undefined) continue;
    if (!verifyText(text, bytes.subarray(ID_BYTES), verifier.publicKey)) throw unsigned();
    signed = true;
  }
  if (!signed) throw unsigned();
  return text;
}

function typed(publicKey: Uint8Array): Uint8Array {
  return Buffer.concat([Buffer.of(ED25519), publicKey]);
}

function notANote(): InvalidInput {
  const detail = 'is not a signed note: a text, an empty line, and lines of signatures';
  return new InvalidInput('invalid-note', `the checkpoint ${detail}`, [{ pointer: '', detail }]);
}

function unsigned(): InvalidInput {
  const detail = 'is not signed by this log: give the log’s verifier, or ask who signed it';
  return new InvalidInput('unknown-signature', `the checkpoint ${detail}`, [{ pointer: '', detail }]);
}
