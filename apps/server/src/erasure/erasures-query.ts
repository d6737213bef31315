import { CursorText, Limit } from '../cursors/cursor-query.js';

/** Which page of the erasures. */
export class ErasuresQuery {
  @Limit()
  readonly limit?: number;

  @CursorText()
  readonly cursor?: string;
}
