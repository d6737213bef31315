/** How far a relay has come, kept beside nothing else: what lies behind was acknowledged by whom it was sent to. */
export abstract class RelayPositions {
  abstract get(relay: string): Promise<bigint>;
  abstract set(relay: string, position: bigint): Promise<void>;
}
