import { type Contract, type Purchases, withPurchase } from '#scoring';
import type { FactsOf } from './facts.js';
import type { Profile } from './profile.js';
import { Records } from './records.js';

/** A contract that runs or has ended. */
export interface ContractRecord {
  changed: boolean;
  readonly customer: string;
  readonly contractId: string;
  /** Milliseconds. */
  startedAt: number;
  /** Null while it runs. */
  endedAt: number | null;
  /** When it was renewed last, ms. */
  renewedAt: number | undefined;
  renewals: number;
  /** Why it ended, while it has. */
  endReason: string | undefined;
  /** The segment of the customer when it began. */
  readonly segment: string | null;
}

/** What the customer does, as opposed to says: purchase days and contracts. */
export class Behaviour {
  /** Undefined before the first purchase. */
  purchases: Purchases | undefined;
  /** Running contracts, the one that began first at the front. */
  private readonly running: ContractRecord[] = [];
  /** The contract that ended last. */
  private ended: Contract | undefined;
  readonly contracts = new Records<ContractRecord>();

  constructor(private readonly profile: Profile) {}

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
  started({ customer, occurredAt, type, data }: FactsOf<'ContractStarted' | 'ContractRenewed'>): void {
    const known = this.contracts.get(customer, data.contractId) !== undefined;
    const contract = this.contractOf(customer, data.contractId, occurredAt);
    if (type === 'ContractRenewed') {
      contract.renewals += 1;
      contract.renewedAt = occurredAt;
    }
    if (known && (contract.endedAt === null || contract.endedAt === occurredAt)) return;
    contract.startedAt = occurredAt;
    contract.endedAt = null;
    contract.endReason = undefined;
    // Facts come in business order: the newest contract began last.
    this.running.push(contract);
  }

  /** A contract of which only the end is known is taken to have begun with it. */
  endedWith({ customer, occurredAt, data }: FactsOf<'ContractEnded'>): void {
    const contract = this.contractOf(customer, data.contractId, occurredAt);
    if (contract.endedAt !== null) return;
    contract.endedAt = occurredAt;
    contract.endReason = data.reason;
    const place = this.running.indexOf(contract);
    if (place >= 0) this.running.splice(place, 1);
    this.ended = { startedAt: contract.startedAt, endedAt: occurredAt };
  }

  private contractOf(customer: string, contractId: string, startedAt: number): ContractRecord {
    return this.contracts.change(customer, contractId, () => ({
      ...{ changed: false, customer, contractId, startedAt, endedAt: null },
      ...{ renewedAt: undefined, renewals: 0, endReason: undefined },
      segment: this.profile.segment ?? null,
    }));
  }
}
