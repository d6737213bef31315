/** What a touchpoint is for: who may publish it, and who reads it. */
export type TouchpointKind =
  'touchpoint' | 'identity' | 'erasure' | 'correction' | 'policy' | 'alert' | 'access';

/** The declaration of a touchpoint's class. */
export interface TouchpointDeclaration {
  /** Past tense, as in the CloudEvents type `cx.<name>.v<version>`. */
  readonly name: string;
  /** From 1; raised when the meaning changes, with an upcaster from the version before. */
  readonly version: number;
  /** Rank in the natural course of a contact: decides between events of one instant. */
  readonly step: number;
  /** What the event means to the business, in a sentence or two: shown in the API's description. */
  readonly means: string;
  /** Default `touchpoint`. */
  readonly kind?: TouchpointKind;
}

/** A class whose instances are the data of a touchpoint, or an object within one. */
export type DataClass<T extends object = object> = new () => T;

/** The metadata of one class, besides that of class-validator. */
export interface ClassMarks {
  touchpoint?: TouchpointDeclaration;
  readonly personal: Set<string>;
  readonly facts: Set<string>;
  /** What fields mean, by their names. */
  readonly means: Map<string, string>;
  /** Fields that hold identifiers: they are recorded unencrypted, so they must not be personal. */
  readonly identifiers: Set<string>;
  /** Fields that hold an object of a class, or a list of such objects. */
  readonly nested: Map<string, NestedMark>;
}

/** The class of the object, or of each object of the list, that a field holds. */
export interface NestedMark {
  readonly type: DataClass;
  readonly list: boolean;
}

const marks = new Map<unknown, ClassMarks>();

/** The marks of a class; made empty on first use. */
export function marksOf(target: unknown): ClassMarks {
  let found = marks.get(target);
  if (found === undefined) {
    found = {
      personal: new Set(),
      facts: new Set(),
      identifiers: new Set(),
      means: new Map(),
      nested: new Map(),
    };
    marks.set(target, found);
  }
  return found;
}

/** Declares the class to be the data of a touchpoint. */
export function Touchpoint(declaration: TouchpointDeclaration): ClassDecorator {
  return (target) => {
    marksOf(target).touchpoint = declaration;
  };
}

/** Personal data: sealed with the customer's key before anything is written. Never a fact. */
export function Personal(): PropertyDecorator {
  return (prototype, field) => {
    marksOf(prototype.constructor).personal.add(String(field));
  };
}

/** What a field means to the business, with its scale or unit: shown in the API's description. */
export function Means(text: string): PropertyDecorator {
  return (prototype, field) => {
    marksOf(prototype.constructor).means.set(String(field), text);
  };
}

/** A value that folds use: it is packed into the timeline, unencrypted. */
export function FactField(): PropertyDecorator {
  return (prototype, field) => {
    marksOf(prototype.constructor).facts.add(String(field));
  };
}
