import { resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { placeName, placesOf } from './places.js';
import { readConfig } from './read-config.js';

const folder = (name: string) => ({ kind: 'embedded', folder: resolve(name) });
const of = (environment: Record<string, string>) => placesOf(readConfig(environment));

describe('where a server keeps what', () => {
  it('11: is one folder unless told otherwise', () => {
    const data = folder('data');
    expect(of({})).toEqual({ events: data, views: data, keys: data, local: data.folder });
  });

  it('11: is the local folder for views and keys where the events are in EventStoreDB', () => {
    const esdb = { kind: 'esdb', url: 'esdb://cluster.example:2113?tls=true' };
    const local = folder('/var/cx');
    expect(of({ CX_STORE: `${esdb.url} `, CX_LOCAL: '/var/cx' })).toEqual({
      ...{ events: { ...esdb, local: local.folder }, views: local, keys: local, local: local.folder },
    });
  });

  it('11: is one database for views and keys, each reached directly for migrations', () => {
    const url = 'postgres://cx:secret@pooler.example:6432/cx?sslmode=require';
    const directUrl = 'postgres://cx:secret@db.example:5432/cx';
    const { views, keys, local } = of({ CX_VIEWS: url, CX_VIEWS_DIRECT: directUrl });
    expect([views, keys]).toEqual([
      { kind: 'postgres', url, directUrl },
      { kind: 'postgres', url, directUrl },
    ]);
    expect(local).toBe(resolve('data'));
    const other = of({ CX_VIEWS: url, CX_VIEWS_DIRECT: directUrl, CX_KEYS: 'postgres://keys.example/keys' });
    expect(other.keys).toEqual({ kind: 'postgres', url: 'postgres://keys.example/keys' });
  });

  it('11: is named without user, password and options', () => {
    const { events, views } = of({
      CX_STORE: 'esdb+discover://admin:secret@a.example:2113,b.example:2113?tls=true',
      CX_VIEWS: 'postgres://cx:s@crt@db.example:5432/cx?password=secret',
    });
    expect(placeName(events)).toBe('esdb+discover://a.example:2113,b.example:2113');
    expect(placeName(views)).toBe('postgres://db.example:5432/cx');
    const strange = of({ CX_STORE: 'esdb://admin:s/c?r@t@a.example:2113?tls=true' }).events;
    expect(placeName(strange)).toBe('esdb://a.example:2113');
    expect(placeName(folder('x') as never)).toBe(resolve('x'));
  });
});
