/** What became of the events read up to the checkpoint: the parts sum to `read`. */
export interface EventCounts {
  readonly read: number;
  /** New facts of the timeline. */
  readonly timeline: number;
  /** Events that were in the timeline (or among the policies) already. */
  readonly duplicates: number;
  readonly policies: number;
  /** Events that concern no customer and no policy. */
  readonly ignored: number;
  /** Events that could not be read, and wait. */
  readonly parked: number;
}
