import { createPrivateKey, createPublicKey, sign, verify } from 'node:crypto';

/** How Ed25519 keys begin in DER (RFC 8410); the 32 bytes of the key follow. */
const PRIVATE_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');
const PUBLIC_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');

/** The public key of a private one: 32 bytes. */
export function publicKeyOf(seed: Uint8Array): Uint8Array {
  return createPublicKey(privateKey(seed))
    .export({ format: 'der', type: 'spki' })
    .subarray(PUBLIC_PREFIX.length);
}

/** The signature of a text: 64 bytes. */
export function signText(text: string, seed: Uint8Array): Uint8Array {
  return sign(null, Buffer.from(text, 'utf8'), privateKey(seed));
}

/** Whether this is the signature of a text under a public key. */
export function verifyText(text: string, signature: Uint8Array, publicKey: Uint8Array): boolean {
  const key = { key: Buffer.concat([PUBLIC_PREFIX, publicKey]), format: 'der', type: 'spki' } as const;
  return verify(null, Buffer.from(text, 'utf8'), createPublicKey(key), signature);
}

function privateKey(seed: Uint8Array) {
  return createPrivateKey({ key: Buffer.concat([PRIVATE_PREFIX, seed]), format: 'der', type: 'pkcs8' });
}
