import type { Position } from '#event-sourcing';
import type { CustomerRef, TimelineState } from '#views';
import { DerivedProgress } from './derived-progress.js';

/** Up to where everything is committed. */
export type ViewsPositions = Pick<TimelineState, 'checkpoint' | 'tablesAt'>;

/** How far the views are, whichever process keeps them up to date. */
export abstract class ViewsProgress {
  /** Customers' own views: they are folded from timelines alone. */
  readonly timelines = new DerivedProgress(() => this.waitedFor());
  /** Lists, counts and measures: they are read from derived tables, which are never ahead of the timelines. */
  readonly tables = new DerivedProgress(() => this.waitedFor());

  /** Whether the views are kept up to date here, or can at least be read. */
  abstract get works(): boolean;

  /** Why this server cannot do its part of the projecting now, as public text. */
  get trouble(): string | undefined {
    return undefined;
  }

  /** Announces a new head of the log. */
  abstract wake(head: Position): void;

  /** Derives a customer whose stored rows are damaged again from the log. */
  abstract mend(customer: CustomerRef): Promise<void>;

  /** Notes a new head of the log. */
  protected appended(head: Position): void {
    this.timelines.lag.appended(head);
    this.tables.lag.appended(head);
  }

  /** What is committed goes up to here. */
  protected advance({ checkpoint, tablesAt }: ViewsPositions): void {
    this.timelines.advance(checkpoint);
    this.tables.advance(tablesAt);
  }

  /** Somebody waits for a position. */
  protected waitedFor(): void {
    // Whoever is told of every commit need not look.
  }
}
