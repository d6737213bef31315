import { createWriteStream, renameSync, rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Failure } from '../failure.js';
import { onInterruption } from '../interruption.js';
import { count, type Output } from '../output/print.js';
import { Progress } from '../output/progress.js';
import { customerPath } from '../server/client.js';
import { withClient } from '../server/with-client.js';
import type { MomentOptions } from '../settings.js';

interface CustomerOptions extends MomentOptions {
  readonly open?: boolean;
  readonly out?: string;
}

/** Writes everything about a customer into a zip; under its name it is whole, or not there. */
export async function exportCustomer(
  customer: string,
  options: CustomerOptions,
  output: Output,
): Promise<void> {
  const { asOf, at, open } = options;
  const file = resolve(options.out ?? `evidence-${customer.replace(/[^A-Za-z0-9._-]/g, '_')}.zip`);
  const part = `${file}.part`;
  const forget = onInterruption(() => rmSync(part, { force: true }));
  try {
    const bytes = await withClient(options, async (client) => {
      const answer = await client.bytes(customerPath(customer, '/export'), { asOf, at, open });
      return written(answer, part, output);
    });
    renameSync(part, file);
    output.result({ customer, file, bytes });
    output.line(`${file} has everything about ${customer}: ${count(bytes / 1000)} kB`);
    output.line('to check it: unzip it into an empty folder, and there: node verify.mjs');
    if (open === true)
      output.line('it has personal data in readable form: keep it safe; that it was made is written down');
  } finally {
    rmSync(part, { force: true });
    forget();
  }
}

async function written(answer: AsyncIterable<Uint8Array>, part: string, output: Output): Promise<number> {
  const progress = new Progress(output.json);
  let bytes = 0;
  const counted = async function* () {
    for await (const piece of answer) {
      bytes += piece.length;
      progress.show({ share: undefined, done: bytes / 1000, what: 'kB' });
      yield piece;
    }
  };
  try {
    // A file of its own: what lies there already may be a link, or for others to read.
    rmSync(part, { force: true });
    const file = createWriteStream(part, { mode: 0o600, flags: 'wx', flush: true });
    await pipeline(Readable.from(counted()), file);
    return bytes;
  } catch (error) {
    if ((error as Error).message !== 'terminated') throw error;
    throw new Failure(
      'export-ended',
      'the server ended the export before it was whole: its log says why; run it again',
    );
  } finally {
    progress.end();
  }
}
