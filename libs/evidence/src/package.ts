import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ZipFile } from './zip.js';

/** A file of a package of evidence, with one line on what it is. */
export interface EvidenceFile {
  readonly name: string;
  readonly about: string;
  readonly content: AsyncIterable<string> | Iterable<string>;
}

/** What the package is about, as its manifest says. */
export interface EvidenceSubject {
  readonly tenant: string;
  readonly customer: string;
  /** Views are as of this business time. */
  readonly asOf: string;
  /** Everything is by what was recorded up to here. */
  readonly position: string;
  /** RFC 3339. */
  readonly createdAt: string;
  /** Who asked for it, and by which request. */
  readonly createdBy: string;
  readonly requestId: string;
  /** Whether personal data were opened. */
  readonly opened: boolean;
  /** Whether every event of the identities up to the position is there; else those up to `asOf`. */
  readonly complete: boolean;
  readonly log: { readonly origin: string; readonly size: number };
  /** How many events each has. */
  readonly identities: readonly { readonly customer: string; readonly events: number }[];
}

export interface EvidenceParts {
  readonly files: AsyncIterable<EvidenceFile>;
  readonly subject: EvidenceSubject;
  /** Signs a text under the log's name and key (C2SP signed-note). */
  readonly sign: (text: string) => Promise<string>;
}

/** The files, then their list with sizes and SHA-256s, then its signature. */
export async function* evidencePackage({ files, subject, sign }: EvidenceParts): AsyncGenerator<ZipFile> {
  const listed: { name: string; about: string; bytes: number; sha256: string }[] = [];
  for await (const { name, about, content } of files) {
    const hash = createHash('sha256');
    let bytes = 0;
    const counted = async function* () {
      for await (const text of content) {
        const piece = Buffer.from(text, 'utf8');
        hash.update(piece);
        bytes += piece.length;
        yield piece;
      }
    };
    yield { name, content: counted() };
    listed.push({ name, about, bytes, sha256: hash.digest('hex') });
  }
  const manifest = Buffer.from(
    `${JSON.stringify({ format: 'cx-evidence/1', ...subject, files: listed }, null, 2)}\n`,
  );
  yield { name: 'manifest.json', content: [manifest] };
  const digest = createHash('sha256').update(manifest).digest('hex');
  yield { name: 'manifest.sig', content: [Buffer.from(await sign(`cx-evidence/1\n${digest}\n`))] };
}

/** The program that verifies a package: one file that needs nothing but Node. */
export function verifierProgram(): string {
  const compiled = readFileSync(join(import.meta.dirname, 'verifier.js'), 'utf8');
  return compiled.replace(/^\/\/# sourceMappingURL=.*\n?/m, '');
}
