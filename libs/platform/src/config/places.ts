import type { EventsAddress, PostgresAddress, ViewsAddress } from './setting-readers.js';
import type { Settings } from './settings.js';

/** Where a server keeps what: the settings with what holds where they are not set. */
export interface Places {
  readonly events: EventsAddress;
  /** Also of access and operations. */
  readonly views: ViewsAddress;
  readonly keys: ViewsAddress;
  /** The folder of files that belong to this server alone: `server.json`, and the index of an EventStoreDB. */
  readonly local: string;
}

/** The places that these settings name. */
export function placesOf(
  settings: Pick<Settings, 'store' | 'views' | 'viewsDirect' | 'keys' | 'local'>,
): Places {
  const { store, viewsDirect: directUrl } = settings;
  const local = store.kind === 'embedded' ? store.folder : settings.local;
  const events = store.kind === 'embedded' ? store : { ...store, local };
  const direct = (address: ViewsAddress): ViewsAddress =>
    address.kind === 'postgres' ? ({ ...address, directUrl } satisfies PostgresAddress) : address;
  const views = settings.views ?? { kind: 'embedded', folder: local };
  const keys = settings.keys ?? views;
  return { events, views: direct(views), keys: isSame(keys, views) ? direct(keys) : keys, local };
}

function isSame(one: ViewsAddress, other: ViewsAddress): boolean {
  return one.kind === 'postgres' && other.kind === 'postgres' && one.url === other.url;
}

/** The place for people: a folder, or the address without user, password and parameters. A password may hold `/`, `?` and `@`. */
export function placeName(address: EventsAddress | ViewsAddress): string {
  if (address.kind === 'embedded') return address.folder;
  const { url } = address;
  const begin = url.indexOf('//') + 2;
  const host = Math.max(begin, url.lastIndexOf('@') + 1);
  return url.slice(0, begin) + url.slice(host).split('?', 1)[0]!;
}
