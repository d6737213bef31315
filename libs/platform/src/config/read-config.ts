import { existsSync, readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { InvalidInput, nearest } from '#event-sourcing';
import type { InputFault } from '#event-sourcing';
import { Settings } from './settings.js';
import { declaredSettings } from './setting.js';
import type { SettingDeclaration } from './setting.js';

/** Environment variables by name, as in `process.env`. */
export interface Environment {
  readonly [name: string]: string | undefined;
}

/** Names that belong to the command line and the tests: known, and none of the server's settings. */
const ELSEWHERE = /^CX_(URL|KEY|PURPOSE|API_KEY|TENANT|TEST_[A-Z_]+|BENCH_[A-Z_]+)$/;

/**
 * The settings that the environment gives. Throws InvalidInput `invalid-config` that names every fault at once:
 * values that are not allowed and names that are not known, each with what to write instead.
 */
export function readConfig(environment: Environment): Settings {
  const faults = unknownNames(environment);
  const settings = new Settings() as { -readonly [property in keyof Settings]: unknown };
  for (const declaration of declaredSettings()) {
    const text = textOf(environment, declaration);
    const { variable: pointer, property, reader, means } = declaration;
    const value = text === undefined ? undefined : reader.read(text);
    settings[property as keyof Settings] = value;
    if (text !== undefined && value === undefined)
      faults.push({ pointer, detail: `must be ${reader.form} (${means})` });
  }
  if (faults.length > 0) {
    const lines = faults.map(({ pointer, detail }) => `  ${pointer}: ${detail}`);
    throw new InvalidInput('invalid-config', `the configuration has faults:\n${lines.join('\n')}`, faults);
  }
  return settings as Settings;
}

/** The environment with the file's variables beneath it: what is set already wins. No file changes nothing. */
export function withEnvironmentFile(environment: Environment, file: string): Environment {
  return existsSync(file) ? { ...parseEnv(readFileSync(file, 'utf8')), ...environment } : environment;
}

function textOf(
  environment: Environment,
  { variable, default: standard }: SettingDeclaration,
): string | undefined {
  const text = environment[variable];
  return text === undefined || text.trim() === '' ? standard : text;
}

function unknownNames(environment: Environment): InputFault[] {
  const known = declaredSettings().map(({ variable }) => variable);
  return Object.keys(environment)
    .filter((name) => name.startsWith('CX_') && !known.includes(name) && !ELSEWHERE.test(name))
    .map((name) => {
      const meant = nearest(name, known);
      const advice = meant === undefined ? 'remove it' : `did you mean ${meant}?`;
      return { pointer: name, detail: `is not a setting of this version; ${advice}` };
    });
}
