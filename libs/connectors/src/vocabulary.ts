/** The part of JSON Schema (2020-12) in which a touchpoint's data is described. */
export interface DataSchema {
  readonly type?: string | readonly string[];
  readonly format?: string;
  readonly enum?: readonly unknown[];
  readonly properties?: { readonly [field: string]: DataSchema };
  readonly required?: readonly string[];
  readonly items?: DataSchema;
}

/** A touchpoint that a rule may emit: its CloudEvents type and the shape of its data. */
export interface KnownTouchpoint {
  readonly name: string;
  readonly type: string;
  readonly data: DataSchema;
}

/** The touchpoints that a mapping may emit. */
export interface Vocabulary {
  readonly touchpoints: readonly KnownTouchpoint[];
}
