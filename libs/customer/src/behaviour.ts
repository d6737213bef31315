import { type Contract, type Purchases, withPurchase } from '#scoring';
import type { FactsOf } from './facts.js';
import { OwnedMap } from './owned-map.js';

/** A contract that runs or has ended. */
interface ContractRecord {
  readonly customer: string;
  readonly contractId: string;
  /** Milliseconds. */
  startedAt: number;
  /** Null while it runs. */
  endedAt: number | null;
}

/** What the customer does, as opposed to says: purchase days and contracts. */
export class Behaviour {
  /** Undefined before the first purchase. */
  purchases: Purchases | undefined;
  /** Running contracts, the one that began first at the front. */
  private readonly running: ContractRecord[] = [];
  /** The contract that ended last. */
  private ended: Contract | undefined;
  private readonly contracts = new OwnedMap<ContractRecord>();

  get size(): number {
    return this.contracts.size;
  }

  /** The running contract that began first; undefined when none runs. */
  get firstRunning(): Readonly<ContractRecord> | undefined {
    return this.running[0];
  }

  /** The contract that decides on the risk: the running one that began first, else the one that ended last. */
  get contract(): Contract | undefined {
    const first = this.running[0];
    return first === undefined ? this.ended : { startedAt: first.startedAt, endedAt: null };
  }

  /** Whether several identities of the person have a contract of this id. */
  isShared(contractId: string): boolean {
    return this.contracts.isShared(contractId);
  }

  /** A purchase day counts once, whatever was bought or returned. */
  purchased(at: number): void {
    this.purchases = withPurchase(this.purchases, at);
  }

  /**
   * A contract of which only a renewal is known is taken to have begun with it; one that ends and begins in the same
   * instant, in whatever order, has ended.
   */
  started({ customer, occurredAt, data }: FactsOf<'ContractStarted' | 'ContractRenewed'>): void {
    let known = true;
    const contract = this.contracts.of(customer, data.contractId, (_customer, contractId) => {
      known = false;
      return { customer, contractId, startedAt: occurredAt, endedAt: null };
    });
    if (known && (contract.endedAt === null || contract.endedAt === occurredAt)) return;
    contract.startedAt = occurredAt;
    contract.endedAt = null;
    // Facts come in business order: the newest contract began last.
    this.running.push(contract);
  }

  /** A contract of which only the end is known is taken to have begun with it. */
  endedWith({ customer, occurredAt, data }: FactsOf<'ContractEnded'>): void {
    const contract = this.contracts.of(customer, data.contractId, (_customer, contractId) => ({
      customer,
      contractId,
      startedAt: occurredAt,
      endedAt: null,
    }));
    if (contract.endedAt !== null) return;
    contract.endedAt = occurredAt;
    const place = this.running.indexOf(contract);
    if (place >= 0) this.running.splice(place, 1);
    this.ended = { startedAt: contract.startedAt, endedAt: occurredAt };
  }
}
