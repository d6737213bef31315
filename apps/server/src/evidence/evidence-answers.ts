import { Injectable } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import type { Answer } from '#api';
import { formatTime } from '#event-sourcing';
import { EventStore } from '#event-store';
import type { JsonText } from '#platform';
import { SCORED_VIEWS } from '#views';
import { ListAccess } from '../access-log/list-access.js';
import { ShowIdentity } from '../identity/show-identity.js';
import { POLICY_KINDS } from '#journey';
import { AfterPosition } from '../query/after-position.js';
import { AskViews } from '../query/ask-views.js';
import { positionOf } from '../query/position-of.js';

/** About whom, and as of when. */
export interface ExportQuestion {
  readonly customer: string;
  readonly asOf?: string;
  readonly at?: string;
  /** Also what was sealed. */
  readonly open?: boolean;
}

/** What the package is about: one customer at one moment, the same for every question that is asked for it. */
export interface EvidenceMoment {
  readonly tenant: string;
  readonly customer: string;
  readonly asOf: string;
  readonly position: string;
  /** All identities of the person. */
  readonly members: readonly string[];
  /** The answers of `GET /v1/customers/{id}` and `…/identity`. */
  readonly views: string;
  readonly identity: string;
}

interface Page {
  readonly next: string | null;
}

interface Listed extends Page {
  readonly items: readonly object[];
}

interface Explained extends Page {
  readonly contributions: readonly object[];
  readonly groups?: readonly object[];
}

const PAGE = 1_000;
/** Events up to which a score is explained line by line. */
const MOST_LINES = 10_000;

/** Asks what others can ask over HTTP, page by page. */
@Injectable()
export class EvidenceAnswers {
  constructor(
    private readonly queries: QueryBus,
    private readonly showIdentity: ShowIdentity,
    private readonly listAccess: ListAccess,
    private readonly afterPosition: AfterPosition,
    private readonly store: EventStore,
  ) {}

  /** Throws NotFound for an unknown customer. */
  async moment(tenant: string, { customer, asOf, at }: ExportQuestion): Promise<EvidenceMoment> {
    if (at === undefined) await this.afterPosition.reachedEnd('timelines');
    const views = await this.text(new AskViews('customer', { tenant, customer, asOf, at }));
    const frame = JSON.parse(views) as { readonly asOf?: string; readonly position?: string };
    // Of an erased customer nothing is answered but that: the events are there still, closed for ever.
    const position =
      frame.position ?? String(at === undefined ? await this.store.head() : await positionOf(this.store, at));
    const identity: Answer<'identity'> = await this.showIdentity.execute({ tenant, customer, at: position });
    return {
      ...{
        tenant,
        customer,
        asOf: frame.asOf ?? asOf ?? formatTime(Date.now()),
        position,
        views: `${views}\n`,
      },
      ...{ members: identity.members.length === 0 ? [customer] : identity.members },
      ...{ identity: `${JSON.stringify(identity, null, 2)}\n` },
    };
  }

  /**
   * Lines: the score with everything around it, then what changed it, line by line; of a history of so many events that
   * each page would fold it anew, summed up by day in one go. Both sum to the score exactly.
   */
  async *explanation(view: string, moment: EvidenceMoment, events: number): AsyncGenerator<string> {
    const { tenant, customer, asOf, position: at } = moment;
    const shape = events > MOST_LINES ? { by: 'day' as const } : { limit: PAGE };
    const pages = pagesOf((cursor) =>
      this.page<Explained>(new AskViews('explain', { tenant, customer, view, asOf, at, ...shape, cursor })),
    );
    let isFirst = true;
    for await (const { contributions, groups, next: _next, ...head } of pages) {
      const lines = groups ?? contributions;
      yield linesOf(isFirst ? [head, ...lines] : lines);
      isFirst = false;
    }
  }

  get scoredViews(): readonly string[] {
    return SCORED_VIEWS.map(({ name }) => name);
  }

  /** Every publication of every kind, one a line. */
  async *policies({ tenant, asOf, position: at }: EvidenceMoment): AsyncGenerator<string> {
    for (const [kind, type] of Object.entries(POLICY_KINDS)) {
      const pages = pagesOf((cursor) =>
        this.page<Listed>(new AskViews('policies', { tenant, type, asOf, at, limit: PAGE, cursor })),
      );
      for await (const { items } of pages) yield linesOf(items.map((item) => ({ kind, ...item })));
    }
  }

  /** Who read or changed the person's data, one access a line. */
  async *access({ tenant, customer }: EvidenceMoment): AsyncGenerator<string> {
    const pages = pagesOf<Answer<'access'>>((cursor) =>
      this.listAccess.execute(tenant, { customer, limit: PAGE, cursor }),
    );
    for await (const { items } of pages) yield linesOf(items);
  }

  private async page<T extends Page>(query: AskViews): Promise<T> {
    return JSON.parse(await this.text(query)) as T;
  }

  private async text(query: AskViews): Promise<string> {
    const { text }: JsonText = await this.queries.execute(query);
    return text;
  }
}

/** Page after page, each asked for by the `next` of the one before. */
async function* pagesOf<T extends Page>(ask: (cursor: string | undefined) => Promise<T>): AsyncGenerator<T> {
  for (let cursor: string | undefined; ;) {
    const page = await ask(cursor);
    yield page;
    if (page.next === null) return;
    cursor = page.next;
  }
}

export function linesOf(items: readonly object[]): string {
  return items.map((item) => `${JSON.stringify(item)}\n`).join('');
}
