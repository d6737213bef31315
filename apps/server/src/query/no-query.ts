import { Allow } from 'class-validator';

/** For routes without query parameters: any that are given are refused by name. */
export class NoQuery {
  // class-validator checks only classes of which it knows something; this name cannot be given in a URL.
  @Allow()
  readonly ''?: never;
}
