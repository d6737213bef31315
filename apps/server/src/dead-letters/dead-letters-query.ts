import { CursorText, Limit } from '../cursors/cursor-query.js';
import { Flag, Name, OneWord } from '../query/parameters.js';

/** Filters of dead letters. */
export class DeadLettersFilter {
  @Name('only letters refused for this reason: `unknown-type`', 100) readonly code?: string;
}

/** A page of the list of dead letters. */
export class DeadLettersQuery extends DeadLettersFilter {
  @OneWord(['waiting', 'recorded'], '`recorded`: a retry succeeded')
  readonly state?: 'waiting' | 'recorded';

  @Limit() readonly limit?: number;
  @CursorText() readonly cursor?: string;

  @Flag('true: letters that name no known tenant; operator only') readonly nobodys?: boolean;
}
