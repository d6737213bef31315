import { resolve } from 'node:path';
import type { SettingReader } from './setting.js';

/** A place where data stands: `embedded:<folder>`. */
export interface StoreAddress {
  readonly kind: 'embedded';
  /** Absolute. */
  readonly folder: string;
}

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

/** `embedded:<folder>`, the folder taken from the working directory. */
export const storeAddress: SettingReader = (value): StoreAddress | undefined => {
  const match = /^embedded:(.+)$/.exec(value.trim());
  return match === null ? undefined : { kind: 'embedded', folder: resolve(match[1]!) };
};

/** A file's path, taken from the working directory. */
export const path: SettingReader = (value) => resolve(value.trim());
