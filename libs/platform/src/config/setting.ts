import type { SettingReader } from './setting-readers.js';

/** One setting: the variable it comes from, how its text is read, and what holds when it is not set. */
export interface SettingDeclaration {
  readonly variable: string;
  readonly property: string;
  readonly reader: SettingReader<unknown>;
  /** The text that stands in when the variable is not set or empty; absent: the property is undefined. */
  readonly default?: string;
  /** What it is for, with its unit and an example: the end of every message about it. */
  readonly means: string;
}

const declarations: SettingDeclaration[] = [];

/** Declares a property as a setting. */
export function Setting(
  variable: string,
  reader: SettingReader<unknown>,
  options: Pick<SettingDeclaration, 'default' | 'means'>,
): PropertyDecorator {
  return (_target, property) => {
    declarations.push({ variable, property: String(property), reader, ...options });
  };
}

/** Every declared setting, in the order of declaration. */
export function declaredSettings(): readonly SettingDeclaration[] {
  return declarations;
}
