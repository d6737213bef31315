/** The content type of a stream of events, one a line; it is not collected first. */
export const NDJSON = 'application/x-ndjson';
