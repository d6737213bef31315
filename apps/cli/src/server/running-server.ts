import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { ServerFile } from '#platform';
import { Failure } from '../failure.js';

/** A server that has more to do than to answer at once still proves itself within this time, ms. */
const PROOF_DEADLINE = 10_000;
/** Bytes of a proof with what is around it. */
const PROOF_BYTES = 200;

/**
 * The server that runs on this folder (as process `pid`, where that is known); undefined where there is none. A file left behind by a server that was killed
 * counts as none, whoever has its process id or its port by now: the server must prove that it knows the key that stands
 * in the file. Throws `unsafe-server-file` where another user could have written the file.
 */
export async function runningServer(folder: string, pid?: number): Promise<ServerFile | undefined> {
  const file = readServerFile(folder);
  if (pid !== undefined && file?.pid !== pid) return undefined;
  return file !== undefined && isAlive(file.pid) && (await provesItself(file)) ? file : undefined;
}

/** Whether the server takes requests. */
export async function isReady({ url }: ServerFile): Promise<boolean> {
  try {
    return (await fetch(new URL('/health/ready', url))).ok;
  } catch {
    return false;
  }
}

/** Waits until `done` gives something, or gives undefined after `millis`. */
export async function until<T>(
  done: () => Promise<T | undefined> | T | undefined,
  millis: number,
): Promise<T | undefined> {
  const end = performance.now() + millis;
  for (;;) {
    const found = await done();
    if (found !== undefined || performance.now() > end) return found;
    await pause(50);
  }
}

function readServerFile(folder: string): ServerFile | undefined {
  const path = join(folder, 'server.json');
  try {
    const content = JSON.parse(readFileSync(path, 'utf8')) as ServerFile;
    refuseUnsafe(path);
    return content;
  } catch (error) {
    if (error instanceof Failure) throw error;
    return undefined;
  }
}

function refuseUnsafe(path: string): void {
  const { mode, uid } = statSync(path);
  const user = process.getuid?.();
  if (user === undefined || ((mode & 0o077) === 0 && (uid === user || user === 0))) return;
  throw new Failure(
    'unsafe-server-file',
    `${path} belongs to another user or is open to others (mode ${(mode & 0o777).toString(8)}): ` +
      'run this command as the user that runs the server, or remove the file where no server runs',
  );
}

async function provesItself({ url, operatorKey }: ServerFile): Promise<boolean> {
  const challenge = randomBytes(32).toString('base64url');
  const asked = new URL(`/v1/server-proof?challenge=${challenge}`, url);
  try {
    const signal = AbortSignal.timeout(PROOF_DEADLINE);
    const { proof } = JSON.parse(await shortText(await fetch(asked, { signal, redirect: 'error' }))) as {
      readonly proof: string;
    };
    const expected = createHmac('sha256', operatorKey)
      .update(`cx-ledger server ${challenge} ${asked.port}`)
      .digest();
    return timingSafeEqual(Buffer.from(proof, 'hex'), expected);
  } catch {
    return false;
  }
}

async function shortText({ body }: Response): Promise<string> {
  let bytes = Buffer.alloc(0);
  for await (const chunk of body ?? []) {
    bytes = Buffer.concat([bytes, chunk]);
    if (bytes.length > PROOF_BYTES) throw new Error('this is no proof');
  }
  return bytes.toString('utf8');
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
