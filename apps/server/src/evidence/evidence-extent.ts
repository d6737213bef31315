import { LedgerError } from '#event-sourcing';
import { ZIP_BYTES } from '#evidence';

/** How much there is to pack of a person. */
export interface EvidenceExtent {
  readonly events: number;
  /** Of the events as they are stored. */
  readonly bytes: number;
  /** How many of the events each identity has. */
  readonly identities: readonly { readonly customer: string; readonly events: number }[];
}

/** What a line has beside the stored event (entry, position, hash …), and beside the hashes of a proof; about, bytes. */
const [EVENT_FRAME, PROOF_FRAME] = [200, 30];
/** One hash of a proof in base64 with its quotes, bytes. */
const HASH = 47;

/**
 * Throws `export-too-large` where the file of the events, or that of their proofs, would have more bytes than an archive can
 * say: before anything is packed. `size`: entries of the log. Opened data stand beside the closed ones.
 */
export function refuseTooLarge(
  { events, bytes }: Omit<EvidenceExtent, 'identities'>,
  size: number,
  open: boolean,
): void {
  const ofEvents = bytes * (open ? 2 : 1) + events * EVENT_FRAME;
  const ofProofs = events * (PROOF_FRAME + HASH * Math.ceil(Math.log2(Math.max(size, 1))));
  if (Math.max(ofEvents, ofProofs) <= ZIP_BYTES) return;
  throw new LedgerError(
    'export-too-large',
    `${events} events and their proofs are more than an archive can hold (${ZIP_BYTES} bytes a file): export a part, by asOf or at`,
    { events },
  );
}
