import { ACCESS_TYPE } from './stream-name.js';

/** How the canonical JSON of a recorded access ends: the member `type` is the last one. */
const END = Buffer.from(`"type":"${ACCESS_TYPE}"}`);

/** Whether the stored bytes are an event that records accesses, of which there may be many: told without reading it. */
export function recordsAccesses(bytes: Uint8Array): boolean {
  return bytes.length > END.length && END.equals(bytes.subarray(bytes.length - END.length));
}
