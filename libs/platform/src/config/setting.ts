/** How the text of an environment variable becomes a value: undefined when the text is none of its kind. */
export type SettingReader = (text: string) => unknown;

/** One setting: the variable it comes from, how its text is read, and what holds when it is not set. */
export interface SettingDeclaration {
  readonly variable: string;
  readonly property: string;
  readonly read: SettingReader;
  /** The text that stands in when the variable is not set or empty; absent: the property is undefined. */
  readonly default?: string;
  /** What it is for, with its unit and an example: the end of every message about it. */
  readonly means: string;
  /** What its text looks like, for the message about one that cannot be read. */
  readonly form?: string;
}

const declarations: SettingDeclaration[] = [];

/** Declares a property as a setting; class-validator's decorators beside it say which values are allowed. */
export function Setting(
  variable: string,
  read: SettingReader,
  options: Pick<SettingDeclaration, 'default' | 'means' | 'form'>,
): PropertyDecorator {
  return (_target, property) => {
    declarations.push({ variable, property: String(property), read, ...options });
  };
}

/** Every declared setting, in the order of declaration. */
export function declaredSettings(): readonly SettingDeclaration[] {
  return declarations;
}
