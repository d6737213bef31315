import type { RecordedEvent } from '#event-sourcing';
import type { DataClass } from './declare.js';
import { schemaOf, typeOf, type TouchpointSchema } from './schema.js';
import type { EventData } from './sealing.js';
import { TOUCHPOINTS, type TouchpointName } from './touchpoints/index.js';

/** Brings recorded data from one version of a touchpoint to the next. Sealed values are moved, never opened. */
export interface Upcaster {
  readonly name: string;
  /** From this version to the one after it. */
  readonly from: number;
  upcast(data: EventData): EventData;
}

/** A schema before it is known whether a newer version stands beside it. */
export type DeclaredSchema = Omit<TouchpointSchema, 'latest'>;

/**
 * The touchpoints that are known, each in all its versions. Throws when two say the same type or when a version has no
 * way to the next one.
 */
export class TouchpointRegistry {
  readonly #schemas = new Map<string, TouchpointSchema>();
  readonly #latest = new Map<string, TouchpointSchema>();
  readonly #upcasters = new Map<string, Upcaster>();

  constructor(schemas: readonly DeclaredSchema[], upcasters: readonly Upcaster[] = []) {
    const newest = new Map<string, number>();
    for (const { name, version } of schemas) newest.set(name, Math.max(version, newest.get(name) ?? 0));
    for (const declared of schemas)
      this.#add({ ...declared, latest: declared.version === newest.get(declared.name) });
    for (const upcaster of upcasters) this.#upcasters.set(typeOf(upcaster.name, upcaster.from), upcaster);
    for (const schema of this.all()) this.#pathFrom(schema);
  }

  /** The schema of a CloudEvents type; undefined when it is not known. */
  touchpointOf(type: string): TouchpointSchema | undefined {
    return this.#schemas.get(type);
  }

  /** The newest version of a touchpoint by its name. */
  latestOf(name: string): TouchpointSchema | undefined {
    return this.#latest.get(name);
  }

  /** Every version of every touchpoint. */
  all(): readonly TouchpointSchema[] {
    return [...this.#schemas.values()];
  }

  /** The event in the newest version of its type; itself when it is that already, or of a type that is not known. */
  upcast(event: RecordedEvent): RecordedEvent {
    const schema = this.#schemas.get(event.type);
    if (schema === undefined || schema.latest) return event;
    const path = this.#pathFrom(schema);
    const data = path.reduce((reached, step) => step.upcast(reached), event.data);
    return { ...event, type: typeOf(schema.name, schema.version + path.length), data };
  }

  #add(schema: TouchpointSchema): void {
    if (this.#schemas.has(schema.type)) throw new Error(`${schema.type} is declared twice`);
    this.#schemas.set(schema.type, schema);
    if (schema.latest) this.#latest.set(schema.name, schema);
  }

  #pathFrom(schema: TouchpointSchema): readonly Upcaster[] {
    const path: Upcaster[] = [];
    for (let version = schema.version; version < this.#latest.get(schema.name)!.version; version++) {
      const step = this.#upcasters.get(typeOf(schema.name, version));
      if (step === undefined)
        throw new Error(`${typeOf(schema.name, version)} has no upcaster to v${version + 1}`);
      path.push(step);
    }
    return path;
  }
}

/** Older versions of touchpoints, and the way from each to the next. None yet. */
const OLDER: readonly DataClass[] = [];
const UPCASTERS: readonly Upcaster[] = [];

/** The touchpoints of CX Ledger itself. */
export const JOURNEY = new TouchpointRegistry(
  [...Object.values(TOUCHPOINTS), ...OLDER].map(schemaOf),
  UPCASTERS,
);

/** The schema of a CloudEvents type, e.g. `cx.IssueRaised.v1`; undefined when it is not known. */
export function touchpointOf(type: string): TouchpointSchema | undefined {
  return JOURNEY.touchpointOf(type);
}

/** The newest version of a touchpoint by its name. */
export function latestOf(name: TouchpointName): TouchpointSchema {
  return JOURNEY.latestOf(name)!;
}

/** Every version of every touchpoint. */
export function allTouchpoints(): readonly TouchpointSchema[] {
  return JOURNEY.all();
}

/** The event in the newest version of its type. Sealed values are moved, never opened. */
export function upcast(event: RecordedEvent, registry: TouchpointRegistry = JOURNEY): RecordedEvent {
  return registry.upcast(event);
}
