import type { Cells } from '#event-sourcing';
import { type Contract, type Purchases, withPurchase } from '#scoring';
import { contractCell } from './cell-keys.js';
import type { FactsOf } from './on-facts.js';

/** What a customer does, as opposed to says: purchase days and contracts. Part of the root cell. */
export interface BehaviourState {
  readonly purchases?: Purchases;
  /** Running contracts with their beginnings, earliest first. */
  readonly running?: readonly (readonly [startedAt: number, contractId: string])[];
  /** The contract that ended last. */
  readonly ended?: Contract;
}

interface ContractCell {
  readonly startedAt: number;
  readonly endedAt?: number;
}

/** The touchpoints that change behaviour. Returns of goods do not: the purchase day stays one. */
export const BEHAVIOUR_EVENTS = [
  'PurchaseMade',
  'ContractStarted',
  'ContractRenewed',
  'ContractEnded',
] as const;

export type BehaviourEvent = (typeof BEHAVIOUR_EVENTS)[number];
export type BehaviourFact = FactsOf<BehaviourEvent>;

/**
 * The behaviour after one more fact. A contract of which only a renewal or the end is known is taken to have begun
 * with that; one that ends and begins in the same instant, in whatever order, has ended.
 */
export function afterBehaviour(state: BehaviourState, fact: BehaviourFact, cells: Cells): BehaviourState {
  const at = fact.occurredAt;
  if (fact.type === 'PurchaseMade') return { ...state, purchases: withPurchase(state.purchases, at) };
  const { contractId } = fact.data;
  const key = contractCell(contractId);
  const contract = cells.get<ContractCell>(key);
  const runs = contract !== undefined && contract.endedAt === undefined;
  if (fact.type === 'ContractEnded') {
    if (contract !== undefined && !runs) return state;
    const ended = { startedAt: contract?.startedAt ?? at, endedAt: at };
    cells.set(key, ended);
    return { ...state, running: (state.running ?? []).filter(([, id]) => id !== contractId), ended };
  }
  if (runs || contract?.endedAt === at) return state;
  cells.set(key, { startedAt: at });
  // Facts come in business order: the newest contract began last.
  return { ...state, running: [...(state.running ?? []), [at, contractId]] };
}

/** The contract that decides on the risk: the running one that began first, else the one that ended last. */
export function contractOf({ running, ended }: BehaviourState): Contract | undefined {
  const first = running?.[0];
  return first === undefined ? ended : { startedAt: first[0], endedAt: null };
}
