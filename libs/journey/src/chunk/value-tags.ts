/** What a value in a chunk is: three bits. */
export const TAG = {
  /** 0 absent, 1 false, 2 true. */
  constant: 0,
  /** A whole number from 0. */
  whole: 1,
  double: 2,
  /** Text that occurs for the first time in the chunk: it gets the next number. */
  text: 3,
  /** The number of a text that occurred before. */
  textAgain: 4,
  list: 5,
  object: 6,
} as const;
