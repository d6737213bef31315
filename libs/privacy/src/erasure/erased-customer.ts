/** A customer whose keys are destroyed, or about to be. */
export interface ErasedCustomer {
  readonly tenant: string;
  readonly customer: string;
  /** Id of the erasure. */
  readonly erasure: string;
  /** Since when nothing new is taken and nothing is read, ms. */
  readonly erasedAt: number;
}
