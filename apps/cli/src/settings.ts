import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { LIMITS } from '#event-sourcing';
import { Failure, WrongUsage } from './failure.js';

/** The options that every command takes. */
export interface CommonOptions {
  readonly json?: boolean;
  readonly data?: string;
  /** Of the commands about one tenant; `default` unless given. */
  readonly tenant?: string;
  /** Why customers' data are read, for the access log; of the commands that read them. */
  readonly purpose?: string;
}

/** The options of a command that asks about a moment. */
export interface MomentOptions extends CommonOptions {
  readonly asOf?: string;
  readonly at?: string;
}

/** Reads `.env` of the current folder, as the server does; variables that are set already win. */
export function readDotEnv(): void {
  if (existsSync('.env')) process.loadEnvFile('.env');
}

/** The folder of the ledger's files on this machine: `--data`, or that of `CX_STORE`, or (for another store) `CX_LOCAL`. */
export function dataFolder({ data }: CommonOptions): string {
  if (data !== undefined) return resolve(data);
  const store = process.env['CX_STORE'] ?? 'embedded:./data';
  if (store.startsWith('embedded:')) return resolve(store.slice('embedded:'.length));
  return resolve(process.env['CX_LOCAL'] ?? './data');
}

/** The same, for a command that makes no ledger. Throws Failure `no-store` where a folder has none. */
export function ledgerFolder(options: CommonOptions): string {
  const folder = dataFolder(options);
  if (!isEmbedded(options) || existsSync(join(folder, 'log.sqlite'))) return folder;
  throw new Failure(
    'no-store',
    `there is no ledger in ${folder}: cx serve --data ${folder} creates one; use --data or CX_STORE for another folder`,
    { folder },
  );
}

/** Whether the commands may start a server of their own: on a folder, not over engines that others use. */
export function isEmbedded({ data }: CommonOptions): boolean {
  return data !== undefined || (process.env['CX_STORE'] ?? 'embedded:').startsWith('embedded:');
}

/** A number from an option; `what` names it in the message. */
export function wholeNumber(what: string, least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= least && value <= most) return value;
    throw new WrongUsage(`${what} must be a whole number from ${least} to ${most}, not "${text}"`);
  };
}

/** Why customers' data are read: of `--purpose`, else of CX_PURPOSE; undefined: nothing is said. */
export function purposeOf({ purpose }: CommonOptions): string | undefined {
  const { CX_PURPOSE: always = '' } = process.env;
  return purpose ?? (always.trim() === '' ? undefined : purposeText(always));
}

/** What an HTTP header can hold; the server also refuses a purpose that names a person. */
export function purposeText(text: string): string {
  if (text.length <= LIMITS.accessPurpose && /^[\x20-\x7e]*$/.test(text)) return text;
  throw new WrongUsage(
    `a purpose (--purpose, CX_PURPOSE) is at most ${LIMITS.accessPurpose} printable characters of ASCII`,
  );
}

/** A tenant's name. */
export function tenantName(text: string): string {
  if (/^[a-z0-9-]{1,40}$/.test(text)) return text;
  throw new WrongUsage(`a tenant's name is 1 to 40 of a–z, 0–9 and hyphens, not "${text}"`);
}
