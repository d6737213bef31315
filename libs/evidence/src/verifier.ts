/*
 * Verifies the evidence that lies in the same folder: that every file is as it was packed, that the ledger signed it, and
 * that each event stands in the ledger's log. Needs Node 18 or later, nothing else, and no network:
 *
 *     node verify.mjs
 *     node verify.mjs --verifier "cx-ledger/…+4f1c2a77+Ab…"
 *
 * Give the verifier as you got it from the ledger's owner (GET /v1/audit/log), not from this folder. Exit code 0: all is
 * right; 1: something is not, and is named.
 */
import { createHash, createPublicKey, verify } from 'node:crypto';
import { createReadStream, existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

interface Verifier {
  readonly name: string;
  readonly key: Buffer;
}

interface Manifest {
  readonly format: string;
  readonly tenant: string;
  readonly customer: string;
  readonly asOf: string;
  readonly position: string;
  readonly createdAt: string;
  readonly opened: boolean;
  readonly complete: boolean;
  readonly log: { readonly origin: string; readonly size: number };
  readonly identities: readonly { readonly customer: string; readonly events: number }[];
  readonly files: readonly { readonly name: string; readonly bytes: number; readonly sha256: string }[];
}

interface EventLine {
  readonly entry: number;
  readonly revision: number;
  readonly hash: string;
  readonly event: { readonly tenant: string; readonly customer: string; readonly eventId: string };
}

const FOLDER = dirname(fileURLToPath(import.meta.url));
/** How an Ed25519 key begins in DER; its 32 bytes follow. */
const ED25519 = Buffer.from('302a300506032b6570032100', 'hex');
/** Problems that are written out; all are counted. */
const NAMED = 50;

let found = 0;

// Whoever reads only the beginning (`| head`) still gets the exit code.
process.stdout.on('error', () => undefined);

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

function problem(text: string): void {
  found++;
  if (found <= NAMED) say(`NOT RIGHT  ${text}`);
}

function right(text: string): void {
  say(`right      ${text}`);
}

function sha256(bytes: string | Buffer): Buffer {
  return createHash('sha256').update(bytes).digest();
}

function read(name: string): string {
  return readFileSync(join(FOLDER, name), 'utf8');
}

/** NAME+ID+KEY, as in C2SP signed-note. */
function verifierOf(text: string): Verifier {
  const [name = '', id = '', ...rest] = text.trim().split('+');
  const typed = Buffer.from(rest.join('+'), 'base64');
  const isKey = typed.length === 33 && typed[0] === 1;
  const expected = sha256(Buffer.concat([Buffer.from(`${name}\n`), typed]))
    .toString('hex')
    .slice(0, 8);
  if (!isKey || id !== expected) {
    say(`"${text}" is no verifier: it is NAME+ID+KEY, as GET /v1/audit/log shows it`);
    process.exit(2);
  }
  return { name, key: typed.subarray(1) };
}

/** The text of a signed note, once one of the verifiers has signed it; undefined where none has. */
function signedText(note: string, verifiers: readonly Verifier[]): string | undefined {
  const end = note.lastIndexOf('\n\n');
  if (end < 0) return undefined;
  const text = note.slice(0, end + 1);
  for (const line of note.slice(end + 2).split('\n')) {
    const [dash, name, signature] = line.split(' ');
    if (dash !== '—' || signature === undefined) continue;
    const bytes = Buffer.from(signature, 'base64').subarray(4);
    for (const verifier of verifiers) {
      if (verifier.name !== name) continue;
      const key = createPublicKey({
        key: Buffer.concat([ED25519, verifier.key]),
        format: 'der',
        type: 'spki',
      });
      if (verify(null, Buffer.from(text), key, bytes)) return text;
    }
  }
  return undefined;
}

/** JSON as RFC 8785 writes it: the bytes whose SHA-256 the log holds. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const members = Object.keys(value).sort();
  return `{${members.map((name) => `${JSON.stringify(name)}:${canonical((value as Record<string, unknown>)[name])}`).join(',')}}`;
}

/** The root to which an entry's proof leads in a tree of `size` entries (RFC 9162, 2.1.3.2); undefined where it leads nowhere. */
function rootOf(leaf: Buffer, entry: number, size: number, proof: readonly Buffer[]): Buffer | undefined {
  if (entry >= size) return undefined;
  const above = (left: Buffer, right: Buffer) => sha256(Buffer.concat([Buffer.of(1), left, right]));
  let [node, last, hash] = [entry, size - 1, leaf];
  for (const sibling of proof) {
    if (last === 0) return undefined;
    if (node % 2 === 1 || node === last) {
      hash = above(sibling, hash);
      while (node % 2 === 0 && node !== 0) [node, last] = [node / 2, Math.floor(last / 2)];
    } else hash = above(hash, sibling);
    [node, last] = [Math.floor(node / 2), Math.floor(last / 2)];
  }
  return last === 0 ? hash : undefined;
}

async function* linesOf(name: string): AsyncGenerator<string> {
  yield* createInterface({ input: createReadStream(join(FOLDER, name)), crlfDelay: Infinity });
}

async function digestOf(name: string): Promise<{ bytes: number; sha256: string }> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const piece of createReadStream(join(FOLDER, name)) as AsyncIterable<Buffer>) {
    hash.update(piece);
    bytes += piece.length;
  }
  return { bytes, sha256: hash.digest('hex') };
}

/** Those given by `--verifier`; else those of the folder, which whoever made the folder could have replaced. */
function believed(): { verifiers: readonly Verifier[]; given: boolean } {
  const given = process.argv.flatMap((word, i, all) => (all[i - 1] === '--verifier' ? [word] : []));
  const inFolder = existsSync(join(FOLDER, 'verifiers.txt'))
    ? read('verifiers.txt')
        .split('\n')
        .filter((line) => line.trim() !== '')
    : [];
  return { verifiers: (given.length > 0 ? given : inFolder).map(verifierOf), given: given.length > 0 };
}

function checkManifest(verifiers: readonly Verifier[]): void {
  const text = existsSync(join(FOLDER, 'manifest.sig'))
    ? signedText(read('manifest.sig'), verifiers)
    : undefined;
  if (text === undefined) return problem('manifest.sig: the manifest is not signed by the ledger');
  const [, digest] = text.split('\n');
  if (digest !== sha256(readFileSync(join(FOLDER, 'manifest.json'))).toString('hex'))
    return problem('manifest.json: was changed after the ledger signed it');
  right('the ledger signed the list of files');
}

async function checkFiles({ files }: Manifest): Promise<void> {
  const before = found;
  const known = new Set(['manifest.json', 'manifest.sig', ...files.map(({ name }) => name)]);
  for (const { name, bytes, sha256: expected } of files) {
    if (!existsSync(join(FOLDER, name))) {
      problem(`${name}: is missing`);
      continue;
    }
    const digest = await digestOf(name);
    if (digest.sha256 !== expected)
      problem(`${name}: was changed (it has ${digest.bytes} bytes, and was packed with ${bytes})`);
  }
  for (const name of readdirSync(FOLDER))
    if (!known.has(name)) problem(`${name}: was not packed by the ledger`);
  if (found === before) right(`${files.length} files are as they were packed, none is missing or added`);
}

/** The root of the log that the ledger signed. */
function checkCheckpoint({ log }: Manifest, verifiers: readonly Verifier[]): Buffer | undefined {
  const text = existsSync(join(FOLDER, 'checkpoint.txt'))
    ? signedText(read('checkpoint.txt'), verifiers)
    : undefined;
  if (text === undefined) {
    problem('checkpoint.txt: is not signed by the ledger');
    return undefined;
  }
  const [origin, size, root = ''] = text.split('\n');
  if (origin !== log.origin || Number(size) !== log.size)
    problem(`checkpoint.txt: is of another log or size than the manifest says (${log.origin}, ${log.size})`);
  else right(`the ledger signed its log of ${size} entries`);
  return Buffer.from(root, 'base64');
}

async function checkEvents(manifest: Manifest, root: Buffer | undefined): Promise<void> {
  if (!existsSync(join(FOLDER, 'events.ndjson')) || !existsSync(join(FOLDER, 'proofs.ndjson'))) return;
  const before = found;
  const proofs = linesOf('proofs.ndjson');
  const next = new Map<string, number>();
  const seen = new Set<string>();
  let number = 0;
  for await (const line of linesOf('events.ndjson')) {
    const where = `events.ndjson, line ${++number}`;
    const proofLine = await proofs.next();
    try {
      const event = JSON.parse(line) as EventLine;
      checkOrder(manifest, event, next, seen, where);
      checkInclusion(manifest, event, proofLine.done === true ? undefined : proofLine.value, root, where);
    } catch {
      problem(`${where}: is not JSON as the ledger wrote it`);
    }
  }
  if ((await proofs.next()).done !== true)
    problem('proofs.ndjson: has proofs of events that are not in events.ndjson');
  for (const { customer, events } of manifest.identities)
    if ((next.get(`count ${customer}`) ?? 0) !== events)
      problem(
        `events.ndjson: ${next.get(`count ${customer}`) ?? 0} events of ${customer}, and ${events} were packed`,
      );
  if (found === before) right(`${number} events stand in that log, unchanged, each at its entry`);
}

function checkOrder(
  { tenant, identities, complete }: Manifest,
  { event, revision, entry }: EventLine,
  next: Map<string, number>,
  seen: Set<string>,
  where: string,
): void {
  const { customer, eventId } = event;
  if (event.tenant !== tenant || !identities.some((identity) => identity.customer === customer))
    problem(`${where} (entry ${entry}): is an event of another customer (${customer})`);
  if (seen.has(eventId)) problem(`${where} (entry ${entry}): the same event stands here twice`);
  seen.add(eventId);
  const expected = next.get(`next ${customer}`) ?? 0;
  if (complete && revision > expected)
    problem(`${where}: ${revision - expected} event(s) of ${customer} before entry ${entry} are missing`);
  if (revision < expected) problem(`${where} (entry ${entry}): is not in the order in which it was recorded`);
  next.set(`next ${customer}`, Math.max(expected, revision + 1));
  next.set(`count ${customer}`, (next.get(`count ${customer}`) ?? 0) + 1);
}

function checkInclusion(
  { log }: Manifest,
  { event, entry, hash }: EventLine,
  proofLine: string | undefined,
  root: Buffer | undefined,
  where: string,
): void {
  const digest = sha256(canonical(event)).toString('hex');
  if (digest !== hash)
    return problem(`${where} (entry ${entry}): the event was changed: it is not the one with this hash`);
  const proof =
    proofLine === undefined ? undefined : (JSON.parse(proofLine) as { entry: number; proof: string[] });
  if (proof === undefined || proof.entry !== entry)
    return problem(`${where} (entry ${entry}): its proof is missing from proofs.ndjson`);
  if (root === undefined) return;
  const leaf = sha256(Buffer.concat([Buffer.of(0), Buffer.from(`cx-event-digest/v1 sha256:${digest}`)]));
  const hashes = proof.proof.map((text) => Buffer.from(text, 'base64'));
  const reached = rootOf(leaf, entry, log.size, hashes);
  if (reached === undefined || !reached.equals(root))
    problem(
      `${where} (entry ${entry}): does not stand in the signed log there: the event, its entry or its proof was changed`,
    );
}

async function main(): Promise<void> {
  let manifest: Manifest;
  try {
    manifest = JSON.parse(read('manifest.json')) as Manifest;
  } catch {
    say('NOT RIGHT  manifest.json: is missing or is not JSON; unzip the whole evidence into one folder');
    process.exitCode = 1;
    return;
  }
  if (manifest.format !== 'cx-evidence/1') {
    say(`NOT RIGHT  manifest.json: has format ${manifest.format}, and this program knows cx-evidence/1`);
    process.exitCode = 1;
    return;
  }
  const { customer, tenant, asOf, position, createdAt } = manifest;
  say(`Evidence about customer ${JSON.stringify(customer)} of ${tenant}, packed at ${createdAt}:`);
  say(`as of ${asOf}, by what was recorded up to position ${position}.\n`);
  const { verifiers, given } = believed();
  checkManifest(verifiers);
  await checkFiles(manifest);
  await checkEvents(manifest, checkCheckpoint(manifest, verifiers));
  if (found > 0) {
    say(`\nThis evidence was changed, or is not of this ledger: ${found} problem${found === 1 ? '' : 's'}.`);
    process.exitCode = 1;
    return;
  }
  say('\nAll is right.');
  if (!given) {
    say(
      'The signatures were checked with the key in verifiers.txt. Compare it with the one that the owner of the',
    );
    say(
      'ledger publishes, or run: node verify.mjs --verifier "…". Otherwise anyone could have made all of this.',
    );
  }
}

await main();
