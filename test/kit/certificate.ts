import { generateKeyPairSync, sign } from 'node:crypto';

/** A key, and the certificate that its owner signed, as PEM. */
export interface Certificate {
  readonly key: string;
  readonly certificate: string;
}

const DAY = 86_400_000;
const [BOOLEAN, INTEGER, BITS, OCTETS, OID, UTF8, TIME] = [0x01, 0x02, 0x03, 0x04, 0x06, 0x0c, 0x17];
const ECDSA_WITH_SHA256 = sequence(oid('2a8648ce3d040302'));
const COMMON_NAME = oid('550403');
const ALTERNATIVE_NAME = oid('551d11');
const BASIC_CONSTRAINTS = oid('551d13');

/**
 * A certificate for 127.0.0.1, valid from yesterday to tomorrow. It is written here (RFC 5280, in DER) because no
 * tool for it is on every machine: keytool does not give the private key, and Node makes no certificates.
 */
export function selfSigned(name: string): Certificate {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const whose = sequence(der(0x31, sequence(COMMON_NAME, der(UTF8, Buffer.from(name)))));
  const now = Date.now();
  const signed = sequence(
    der(0xa0, der(INTEGER, Buffer.of(2))),
    der(INTEGER, Buffer.of(1)),
    ECDSA_WITH_SHA256,
    whose,
    sequence(time(now - DAY), time(now + DAY)),
    whose,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(authority(), loopback())),
  );
  const signature = der(BITS, Buffer.of(0), sign('sha256', signed, privateKey));
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    certificate: pem(sequence(signed, ECDSA_WITH_SHA256, signature)),
  };
}

/** It may sign others, so that clients accept it as an authority. */
function authority(): Buffer {
  const yes = der(BOOLEAN, Buffer.of(0xff));
  return sequence(BASIC_CONSTRAINTS, yes, der(OCTETS, sequence(yes)));
}

function loopback(): Buffer {
  return sequence(ALTERNATIVE_NAME, der(OCTETS, sequence(der(0x87, Buffer.of(127, 0, 0, 1)))));
}

function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  const size =
    length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.of(tag, ...size), content]);
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return der(0x30, ...parts);
}

function oid(hex: string): Buffer {
  return der(OID, Buffer.from(hex, 'hex'));
}

/** `YYMMDDhhmmssZ` */
function time(millis: number): Buffer {
  return der(TIME, Buffer.from(`${new Date(millis).toISOString().replace(/[-:T]/g, '').slice(2, 14)}Z`));
}

function pem(bytes: Buffer): string {
  const lines = bytes.toString('base64').replace(/(.{64})/g, '$1\n');
  return `-----BEGIN CERTIFICATE-----\n${lines.trimEnd()}\n-----END CERTIFICATE-----\n`;
}
