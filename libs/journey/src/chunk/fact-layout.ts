import { LedgerError } from '#event-sourcing';
import { factFieldsOf } from '../fact-values.js';
import { JOURNEY, type TouchpointRegistry } from '../registry.js';
import type { Shape } from '../shape.js';

/** One fact field: its name and, where it holds objects, theirs. */
export interface FieldLayout {
  readonly name: string;
  readonly nested?: { readonly list: boolean; readonly fields: readonly FieldLayout[] };
}

/** How the facts of one touchpoint lie in a chunk. */
export interface KindLayout {
  /** The touchpoint's name, without version. */
  readonly name: string;
  /** Its rank in business order. */
  readonly step: number;
  readonly fields: readonly FieldLayout[];
}

/**
 * How the facts of all touchpoints lie in the chunks of one state of the schemas. A chunk names the layout that it was
 * written by; the read model keeps every layout that its chunks name, so that facts can be read after schemas have
 * changed: what a layout does not have is absent until the chunk is packed anew.
 */
export interface FactLayout {
  /** 32 bits that change whenever any touchpoint's facts, or its place in the order, do. */
  readonly stamp: number;
  /** A kind's number in a chunk is its place here. */
  readonly kinds: readonly KindLayout[];
}

const layouts = new WeakMap<TouchpointRegistry, FactLayout>();

/** The layout of the newest versions of all touchpoints that stand in customers' streams. */
export function factLayoutOf(registry: TouchpointRegistry = JOURNEY): FactLayout {
  let layout = layouts.get(registry);
  if (layout === undefined) layouts.set(registry, (layout = makeLayout(registry)));
  return layout;
}

function makeLayout(registry: TouchpointRegistry): FactLayout {
  const kinds = registry
    .all()
    .filter(({ latest, subject }) => latest && subject === 'customer')
    .map(({ name, step, shape }): KindLayout => ({ name, step, fields: fieldsOf(shape) }));
  return { stamp: stampOf(JSON.stringify(kinds)), kinds };
}

function fieldsOf(shape: Shape): readonly FieldLayout[] {
  return factFieldsOf(shape).map(({ name, nested }) =>
    nested === undefined ? { name } : { name, nested: { list: nested.list, fields: fieldsOf(nested.shape) } },
  );
}

/** FNV-1a. */
function stampOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}

/** The layouts by which chunks can be read; they are written by the current one. */
export class FactLayouts {
  private readonly byStamp: ReadonlyMap<number, FactLayout>;

  /** `stored`: those that the read model keeps. */
  constructor(
    private readonly stored: readonly FactLayout[],
    readonly current: FactLayout = factLayoutOf(),
  ) {
    this.byStamp = new Map([...stored, current].map((layout) => [layout.stamp, layout]));
  }

  /** Whether the read model keeps the current layout already. */
  get isStored(): boolean {
    return this.stored.some(({ stamp }) => stamp === this.current.stamp);
  }

  /** The same with another current layout. */
  with(current: FactLayout): FactLayouts {
    return new FactLayouts(this.stored, current);
  }

  /** The same once the current layout is stored. */
  asStored(): FactLayouts {
    return this.isStored ? this : new FactLayouts([...this.stored, this.current], this.current);
  }

  /** Throws `unknown-layout`. */
  of(stamp: number): FactLayout {
    const layout = this.byStamp.get(stamp);
    if (layout !== undefined) return layout;
    throw new LedgerError('unknown-layout', `no layout of facts has the stamp ${stamp}`, { stamp });
  }
}
