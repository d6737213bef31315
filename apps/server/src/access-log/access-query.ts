import { ACCESS_ACTIONS, type AccessAction } from '#journey';
import { CursorQuery } from '../cursors/cursor-query.js';
import { Name, OneWord, Time } from '../query/parameters.js';

/** Which accesses are asked for. */
export class AccessQuery extends CursorQuery {
  @Name('only accesses to the data of this customer, under whichever identity of the person', 128)
  readonly customer?: string;
  @Name('only those by this caller: the id of a key, `operator`, or `jwt-` and a hash', 128)
  readonly actor?: string;
  @OneWord(ACCESS_ACTIONS, 'only this kind') readonly action?: AccessAction;
  @Time('only those from then on') readonly from?: string;
  @Time('only those up to then, inclusive') readonly to?: string;
}
