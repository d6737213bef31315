import { resolve } from 'node:path';

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

/** How the text of an environment variable becomes a value. */
export interface SettingReader<Value> {
  /** What the text must be, as a phrase; absent where it may be any. */
  readonly form?: string;
  /** Undefined where the text is none of that form. */
  read(text: string): Value | undefined;
}

/** The text itself, without white space around it. */
export const text: SettingReader<string> = { read: (value) => value.trim() };

/** A whole number in decimal digits, `least` to `most`. */
export function wholeNumber(least: number, most: number): SettingReader<number> {
  return {
    form: `a whole number from ${least} to ${most}`,
    read: (value) => between(least, most, /^\d{1,15}$/.test(value.trim()) ? Number(value) : NaN),
  };
}

const UNITS: { readonly [unit: string]: number } = { '': 1, KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30 };

/** A number of bytes, `least` to `most`, each as `1048576`, `512KiB` or `8MiB`. */
export function bytes(least: string, most: string): SettingReader<number> {
  return {
    form: `a number of bytes from ${least} to ${most}`,
    read: (value) => between(bytesIn(least), bytesIn(most), bytesIn(value)),
  };
}

function bytesIn(value: string): number {
  const [, digits, unit] = /^(\d{1,12})\s*(|KiB|MiB|GiB)$/.exec(value.trim()) ?? [];
  return digits === undefined ? NaN : Number(digits) * UNITS[unit!]!;
}

function between(least: number, most: number, value: number): number | undefined {
  return value >= least && value <= most ? value : undefined;
}

/** One of some words. */
export function oneOf(...words: readonly string[]): SettingReader<string> {
  return {
    form: `one of ${words.join(', ')}`,
    read: (value) => words.find((word) => word === value.trim()),
  };
}

/** Items separated by commas, each of which `isItem`; an empty text is the empty list. */
export function list(form: string, isItem: (item: string) => boolean): SettingReader<readonly string[]> {
  return {
    form: `${form}, separated by commas`,
    read: (value) => {
      const items = value.split(',').map((item) => item.trim());
      if (items.length === 1 && items[0] === '') return [];
      const named = items.filter((item) => item !== '');
      return named.length > 0 && named.length <= MOST_ITEMS && named.every(isItem) ? named : undefined;
    },
  };
}

const MOST_ITEMS = 1_000;

/** Some of these words, each once, separated by commas. */
export function someOf(words: readonly string[]): SettingReader<readonly string[]> {
  const { read } = list('', (item) => words.includes(item));
  return {
    form: `some of ${words.join(', ')}, each once`,
    read: (value) => {
      const named = read(value);
      return new Set(named).size === named?.length ? named : undefined;
    },
  };
}

/** `embedded:<folder>`, the folder taken from the working directory; an address of another engine is no folder. */
function embedded(value: string): EmbeddedAddress | undefined {
  const match = /^embedded:(?![\w+]*:\/\/)(.+)$/.exec(value.trim());
  return match === null ? undefined : { kind: 'embedded', folder: resolve(match[1]!) };
}

/** `embedded:<folder>`, or a connection string of EventStoreDB. */
export const eventsAddress: SettingReader<EventsAddress> = {
  form: 'embedded:<folder> or esdb://<host>:<port>',
  read: (value) =>
    /^(esdb|kurrentdb|kdb)(\+discover)?:\/\/[^\s/]/.test(value.trim())
      ? { kind: 'esdb', url: value.trim() }
      : embedded(value),
};

const POSTGRES = 'postgres://<user>@<host>:<port>/<database>';

/** The URL of a PostgreSQL database. */
export const postgresUrl: SettingReader<string> = {
  form: `${POSTGRES}`,
  read: (value) =>
    /^postgres(ql)?:\/\/\S+$/.test(value.trim()) && URL.canParse(value.trim()) ? value.trim() : undefined,
};

/** `embedded:<folder>`, or the URL of a PostgreSQL database. */
export const viewsAddress: SettingReader<ViewsAddress> = {
  form: `embedded:<folder> or ${POSTGRES}`,
  read: (value) => {
    const url = postgresUrl.read(value);
    return url === undefined ? embedded(value) : { kind: 'postgres', url };
  },
};

/** A file's path, taken from the working directory. */
export const path: SettingReader<string> = { read: (value) => resolve(value.trim()) };
