/** Where the ledger said an event stands. */
export interface PromisedPlace {
  readonly position: number;
  readonly revision: number;
}

/** What publishers have been told: which events are safe, and where. */
export class Promises {
  /** By event id; undefined where a broker took the event, which knows no place. */
  readonly places = new Map<string, PromisedPlace | undefined>();
  /** What contradicts itself: an event promised at two places. */
  readonly contradictions: string[] = [];
  refused = 0;

  promise(id: string, place?: PromisedPlace): void {
    const known = this.places.get(id);
    if (known !== undefined && place !== undefined && !samePlace(known, place))
      this.contradictions.push(`${id} was promised at ${placeText(known)} and at ${placeText(place)}`);
    if (known === undefined) this.places.set(id, place);
  }
}

export const samePlace = (a: PromisedPlace, b: PromisedPlace) =>
  a.position === b.position && a.revision === b.revision;

export const placeText = ({ position, revision }: PromisedPlace) => `${position} (revision ${revision})`;
