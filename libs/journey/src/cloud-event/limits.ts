/** The bounds of one CloudEvent. Its size in bytes is bounded at the door where it comes in. */
export const LIMITS = {
  /** How far ahead of our clock `time` may be, milliseconds. */
  aheadMillis: 5 * 60_000,
  idBytes: 256,
  sourceBytes: 512,
  subjectBytes: 128,
  /** Objects and lists within one another, the data itself included. */
  depth: 16,
  /** Values in the data, containers included. */
  values: 10_000,
  extensions: 64,
  extensionNameLength: 64,
  extensionLength: 4_096,
} as const;
