/** Who had a contact or an issue when it was handed on; null: not known. */
export interface Holder {
  readonly agentId: string | null;
  readonly team: string | null;
}
