import type { EventsAddress, ViewsAddress } from '#platform';
import { WrongUsage } from './failure.js';

interface Addresses {
  readonly eventsAddress: EventsAddress;
  readonly viewsAddress: ViewsAddress;
}

/**
 * The address that an option or a setting names. Throws WrongUsage, which does not repeat the text: it may hold a password.
 */
export async function addressIn<Kind extends keyof Addresses>(
  kind: Kind,
  name: string,
  text: string,
): Promise<Addresses[Kind]> {
  // Loaded when it is needed: it takes longer than most commands.
  const reader = (await import('#platform'))[kind];
  const address = reader.read(text);
  if (address !== undefined) return address as Addresses[Kind];
  throw new WrongUsage(`${name} must be ${reader.form}`);
}
