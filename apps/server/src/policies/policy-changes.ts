import { Injectable } from '@nestjs/common';
import { LedgerError, parseTime } from '#event-sourcing';
import type { PolicyType } from '#journey';
import { type PolicyPreview, type QuestionOf, summedDifferences } from '#views';
import { QueryThreads } from '../query/query-threads.js';

/** Kinds of policies by which breaches of the past appear or vanish. */
const CHANGES_BREACHES: readonly PolicyType[] = ['SlaPolicyPublished', 'BusinessHoursPublished'];

/** How far before its publication (ms) a policy may take effect without counting as backdated. */
const TOLERANCE = 60_000;

/** Whether a policy takes effect before it is published. */
export function isBackdated(
  { effectiveFrom }: Readonly<Record<string, unknown>>,
  publishedAt: number,
): boolean {
  const from = typeof effectiveFrom === 'string' ? parseTime(effectiveFrom) : undefined;
  return from !== undefined && from < publishedAt - TOLERANCE;
}

/** A request to publish waits for at most this many parts of the preview. */
const PARTS_AT_MOST = 10;

/** Says what a backdated policy changes before it is published. */
@Injectable()
export class PolicyChanges {
  constructor(private readonly queries: QueryThreads) {}

  /**
   * Throws `confirmation-needed` where breaches would appear or vanish, with their numbers and examples; or with the
   * reason where they cannot be counted now.
   */
  async refuseUnconfirmed(question: QuestionOf<'policy-preview'>): Promise<void> {
    if (!CHANGES_BREACHES.includes(question.type)) return;
    const { issues, appear, vanish, examples } = await this.changeOf(question);
    if (appear + vanish === 0) return;
    throw new LedgerError(
      'confirmation-needed',
      `the policy takes effect in the past: of ${issues} issues, ${appear} breaches would appear and ${vanish} would vanish; publish it with ?confirm=true, or with a later effectiveFrom`,
      { issues, appear, vanish, examples },
    );
  }

  private async changeOf(question: QuestionOf<'policy-preview'>): Promise<PolicyPreview> {
    try {
      let [whole, place] = await this.partOf(question, undefined);
      for (let parts = 1; place !== undefined; parts++) {
        if (parts === PARTS_AT_MOST) throw tooMany();
        const [part, next] = await this.partOf(question, place);
        whole = summedDifferences(whole, part);
        place = next;
      }
      return whole;
    } catch (error) {
      if (!(error instanceof LedgerError)) throw error;
      throw new LedgerError(
        'confirmation-needed',
        `the policy takes effect in the past, and what it changes cannot be counted: ${error.message}; publish it with ?confirm=true to do so all the same`,
      );
    }
  }

  /** A part of the preview, and where the next one begins. */
  private async partOf(about: QuestionOf<'policy-preview'>, place: Place | undefined) {
    const { text, next } = await this.queries.ask({
      kind: 'policy-preview',
      about: { ...about, ...(place !== undefined && { place }) },
    });
    const following = (next ?? undefined) as unknown as Place | undefined;
    return [JSON.parse(text) as PolicyPreview, following] as const;
  }
}

type Place = NonNullable<QuestionOf<'policy-preview'>['place']>;

function tooMany(): LedgerError {
  return new LedgerError(
    'historical-question-too-large',
    'the tenant has too many events to count that while the request waits: `cx policies preview` counts part by part',
  );
}
