import type { AppendOutcome } from '#event-store';
import type { IntakeAnswer } from '#intake';

/** An answer as the traced process says it: durable from this moment on. */
export interface Acknowledgement {
  readonly request: number;
  /** Where each of its events stands; none where it brought no events. */
  readonly places: readonly EventPlace[];
}

export interface EventPlace {
  readonly position: number;
  readonly revision: number;
}

/** One line. Throws when something was not taken in. */
export function sayAcknowledged(
  request: number,
  outcomes: readonly (AppendOutcome | IntakeAnswer)[],
): string {
  const places = outcomes.map((outcome) => {
    if (outcome.status !== 'recorded' && outcome.status !== 'duplicate')
      throw new Error(`request ${request} is refused: ${JSON.stringify(outcome)}`);
    return `${outcome.position}:${outcome.revision}`;
  });
  return `acknowledged ${request} ${places.join(' ')}\n`;
}

export function readAcknowledged(text: string): Acknowledgement | undefined {
  const [word, request, ...places] = text.trim().split(' ');
  if (word !== 'acknowledged') return undefined;
  return {
    request: Number(request),
    places: places.map((place) => {
      const [position, revision] = place.split(':').map(Number);
      return { position: position!, revision: revision! };
    }),
  };
}

export const samePlace = (a: EventPlace, b: EventPlace) =>
  a.position === b.position && a.revision === b.revision;

export const placeText = ({ position, revision }: EventPlace) => `${position} (revision ${revision})`;
