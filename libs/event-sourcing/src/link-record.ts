import type { OrderKey } from './business-order.js';
import type { Position } from './position.js';

/** A merge or unmerge as recorded: knowledge about identity. */
export interface LinkRecord extends OrderKey {
  readonly type: 'CustomersMerged' | 'CustomersUnmerged';
  readonly survivor: string;
  readonly merged: string;
  readonly position: Position;
}
