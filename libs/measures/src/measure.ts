import type { TouchpointName } from '#journey';
import type { ScoringPolicy } from '#scoring';
import type { DerivedTable, DescribedTable, ListCondition } from '#views';
import type { DimensionName } from './dimensions.js';
import type { Tally } from './tally.js';

/** What a value is a number of. */
export const UNITS = ['share', 'count', 'seconds', 'score', 'points', 'money'] as const;
export type Unit = (typeof UNITS)[number];

/** An interval of 95 %, and by which method. */
export interface FigureInterval {
  readonly low: number;
  readonly high: number;
  readonly method: string;
}

/** What a measure says of some rows. */
export interface Figure {
  /** Null where there is nothing to measure. */
  readonly value: number | null;
  readonly numerator: number;
  readonly denominator: number;
  /** Cases that the value rests on. */
  readonly n: number;
  readonly interval: FigureInterval | null;
  /** The 90th percentile, of measures whose value is the median. */
  readonly p90?: number | null;
  /** Of an amount: its currency; null where amounts of several would have to be added; absent without any. */
  readonly currency?: string | null;
}

/** How a figure is made of rows. */
export interface Kind {
  readonly unit: Unit;
  /** With fewer cases the answer says `tooFew` instead of a value. */
  readonly minimum: number;
  /** Columns to sum. */
  readonly sums?: readonly string[];
  /** Columns whose squares to sum. */
  readonly squares?: readonly string[];
  readonly counts?: { readonly [name: string]: readonly ListCondition[] };
  /** The column whose few different values have to be known: currencies for amounts. */
  readonly values?: string;
  /** The column of numbers that have to be known one by one, as percentiles need it. */
  readonly spread?: string;
  /**
   * The conditions that a row of the denominator meets to be counted in the numerator; undefined: the numerator is no
   * number of rows.
   */
  readonly numerator?: readonly ListCondition[];
  /** `end`: when (ms) the bucket ends. */
  figureOf(tally: Tally, end: number): Figure;
}

/** What a measure may depend on. */
export interface MeasureContext {
  /** The business time asked about, ms. */
  readonly asOf: number;
  readonly policy: ScoringPolicy;
  /** Seconds; undefined where the measure has no limit. */
  readonly within: number | undefined;
}

/** Rows that are there between two times: counted at the end of each bucket instead of booked at one time. */
export interface Stock {
  /** Column with the time at which a row begins to count; `leaves`: at which it counts no more, or null. */
  readonly enters: string;
  readonly leaves: string;
}

/** A number about many customers, declared once: route, OpenAPI, catalogue, command line, CSV and docs come from it. */
export interface Measure {
  /** Its name in URLs: `reopen-rate`. */
  readonly name: string;
  /** One sentence: what it says. */
  readonly summary: string;
  readonly formula: string;
  /** The touchpoints that it is made of. */
  readonly events: readonly TouchpointName[];
  readonly numerator: string;
  /** Absent: the value is no ratio. */
  readonly denominator?: string;
  /** At which time a case is counted. */
  readonly bookedAt: string;
  /** Whether more or less of it is good; null: neither by itself. */
  readonly better: 'more' | 'less' | null;
  /** Whether it predicts (leading) or tells (lagging). */
  readonly leads: boolean;
  /** The dimensions that are possible, and the columns that hold them. */
  readonly dimensions: { readonly [name in DimensionName]?: string };
  readonly table: DescribedTable;
  /** The column of the time at which a row is booked; the table has an index that begins with it. */
  readonly time: string;
  /** The rows that count at all; absent: every row. */
  readonly where?: readonly ListCondition[];
  readonly kind: Kind;
  readonly stock?: Stock;
  /** Whose rows count: of customers with such a row in another table, at the moment asked about. Absent: everybody’s. */
  readonly customers?: { readonly table: DerivedTable; readonly where: readonly ListCondition[] };
  /** A column with the time at which a later row replaces this one: the last row of a bucket counts. */
  readonly replacedAt?: string;
  /** A limit in seconds that the question may set; `usual` is null where there is none unless it is set. */
  readonly within?: { readonly usual: number | null; readonly means: string };
  /** What of the measure depends on the moment asked about, on the policy in force, or on the limit. */
  depends?(on: MeasureContext): {
    /** Conditions besides `where`. */
    readonly where?: readonly ListCondition[];
    readonly kind?: Kind;
  };
}
