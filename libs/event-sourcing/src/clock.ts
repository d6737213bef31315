/** Where time comes from, given from outside so that everything else stays a function of its input. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
}
