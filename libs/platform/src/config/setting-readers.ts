import { resolve } from 'node:path';
import type { SettingReader } from './setting.js';

/** A folder of this machine, which one server at a time writes: `embedded:<folder>`. */
export interface EmbeddedAddress {
  readonly kind: 'embedded';
  /** Absolute. */
  readonly folder: string;
}

/** EventStoreDB or KurrentDB: `esdb://…`, which may hold a password. */
export interface EventStoreDbAddress {
  readonly kind: 'esdb';
  readonly url: string;
  /** The folder of the index of its events on this machine; without it the index lasts as long as the connection. */
  readonly local?: string;
}

/** A PostgreSQL database: `postgres://…`, which may hold a password. */
export interface PostgresAddress {
  readonly kind: 'postgres';
  readonly url: string;
  /** Reaches the server itself where `url` leads to a pooler. */
  readonly directUrl?: string;
}

/** Where events are. */
export type EventsAddress = EmbeddedAddress | EventStoreDbAddress;
/** Where views, keys, access and operations are. */
export type ViewsAddress = EmbeddedAddress | PostgresAddress;

/** The text itself, without white space around it. */
export const text: SettingReader = (value) => value.trim();

/** A whole number in decimal digits. */
export const wholeNumber: SettingReader = (value) =>
  /^\d{1,15}$/.test(value.trim()) ? Number(value) : undefined;

const UNITS: { readonly [unit: string]: number } = { '': 1, KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30 };

/** A number of bytes: `1048576`, `512KiB`, `8MiB`. */
export const bytes: SettingReader = (value) => {
  const match = /^(\d{1,12})\s*(|KiB|MiB|GiB)$/.exec(value.trim());
  return match === null ? undefined : Number(match[1]) * UNITS[match[2]!]!;
};

/** A list separated by commas. */
export const list: SettingReader = (value) =>
  value
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');

/** `embedded:<folder>`, the folder taken from the working directory; an address of another engine is no folder. */
const embedded = (value: string): EmbeddedAddress | undefined => {
  const match = /^embedded:(?![\w+]*:\/\/)(.+)$/.exec(value.trim());
  return match === null ? undefined : { kind: 'embedded', folder: resolve(match[1]!) };
};

/** `embedded:<folder>`, or a connection string of EventStoreDB. */
export const eventsAddress: SettingReader = (value): EventsAddress | undefined =>
  /^(esdb|kurrentdb|kdb)(\+discover)?:\/\/[^\s/]/.test(value.trim())
    ? { kind: 'esdb', url: value.trim() }
    : embedded(value);

/** `embedded:<folder>`, or the URL of a PostgreSQL database. */
export const viewsAddress: SettingReader = (value): ViewsAddress | undefined =>
  postgresUrl(value) === undefined ? embedded(value) : { kind: 'postgres', url: value.trim() };

/** The URL of a PostgreSQL database. */
export const postgresUrl: SettingReader = (value) =>
  /^postgres(ql)?:\/\/\S+$/.test(value.trim()) && URL.canParse(value.trim()) ? value.trim() : undefined;

/** A file's path, taken from the working directory. */
export const path: SettingReader = (value) => resolve(value.trim());
