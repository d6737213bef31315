import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

/** A service of the compose file, as far as tests look at it. */
export interface ComposeService {
  readonly image?: string;
  readonly build?: { readonly context: string; readonly dockerfile: string };
  readonly profiles?: readonly string[];
  readonly environment?: { readonly [name: string]: string };
  readonly volumes?: readonly string[];
  readonly ports?: readonly string[];
  readonly depends_on?: { readonly [service: string]: { readonly condition: string } };
  readonly read_only?: boolean;
  readonly healthcheck?: object;
  readonly deploy?: { readonly resources?: { readonly limits?: { readonly memory?: string } } };
}

export interface ComposeFile {
  readonly services: { readonly [name: string]: ComposeService };
  readonly volumes: { readonly [name: string]: unknown };
}

/** docker-compose.yml as Docker reads it without an `.env`: variables have their defaults, merged maps are whole. */
export function composeFile(): ComposeFile {
  const text = readFileSync(join(import.meta.dirname, '../../../docker-compose.yml'), 'utf8');
  const withDefaults = text.replace(/\$\{[A-Z_]+:-([^}]*)\}/g, '$1');
  return parse(withDefaults, { merge: true }) as ComposeFile;
}

/** The services that run this repository's image. */
export function ownServices(): readonly (readonly [name: string, service: ComposeService])[] {
  return Object.entries(composeFile().services).filter(([, { build }]) =>
    build?.dockerfile.includes('infra/docker'),
  );
}
