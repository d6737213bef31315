/** A log of what talks to Kafka, for tests that do not look at it. */
export const SILENT = { info: () => undefined, warn: () => undefined };
