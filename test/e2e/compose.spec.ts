import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { readConfig } from '#platform';
import { composeFile, ownServices, type ComposeService } from '../kit/compose-file.js';
import { startServer } from '../kit/server.js';

// The services of docker-compose.yml as they are started the first time: nothing is in their volumes but the folders that
// the image makes. Services that name another one of the file (a broker, a database) need it to start: of those only
// the settings are checked here.

const { services } = composeFile();
const OURS = ownServices();

const root = mkdtempSync(join(tmpdir(), 'cx-compose-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** Where the container's volumes are mounted. */
const mountsOf = ({ volumes = [] }: ComposeService) => volumes.map((volume) => volume.split(':')[1]!);

/** The service's variables as texts, with paths of the container in a folder of their own, on a free port of this machine. */
function variablesOf(name: string, service: ComposeService): { [name: string]: string } {
  const moved = (value: string) => {
    const mount = mountsOf(service).find((one) => value.includes(`${one}/`));
    return mount === undefined ? value : value.replace(mount, join(root, name, mount));
  };
  const variables = Object.entries(service.environment ?? {}).map(
    ([variable, value]) => [variable, moved(String(value))] as const,
  );
  return { ...Object.fromEntries(variables), CX_HOST: '127.0.0.1', CX_PORT: '0' };
}

const namesAnother = ({ environment = {} }: ComposeService) =>
  Object.keys(services).some((other) =>
    Object.values(environment).some((value) => new RegExp(`[/@,]?\\b${other}:\\d`).test(String(value))),
  );

describe('docker-compose.yml', () => {
  it('has services of this repository', () => {
    expect(OURS.length).toBeGreaterThan(0);
  });

  it.each(OURS)('C11: the settings of %s are right, and every path lies in a volume', (_name, service) => {
    const { environment = {} } = service;
    expect(() => readConfig(environment)).not.toThrow();
    const paths = Object.values(environment).flatMap(
      (value) => /(?:^|embedded:)(\/\S+)/.exec(value)?.[1] ?? [],
    );
    for (const path of paths)
      expect(mountsOf(service).filter((mount) => path.startsWith(`${mount}/`))).toHaveLength(1);
  });

  it.each(OURS.filter(([, service]) => !namesAnother(service)))(
    'C11: %s starts the first time, with nothing there, and the second',
    async (name, service) => {
      for (const mount of mountsOf(service)) mkdirSync(join(root, name, mount), { recursive: true });
      const env = variablesOf(name, service);
      const keyFile = env['CX_MASTER_KEY_FILE']!;
      const folder = env['CX_STORE']!.replace('embedded:', '');
      expect(existsSync(keyFile)).toBe(false);
      const first = await startServer({ folder, env });
      expect((await fetch(`${first.url}/health/ready`)).status).toBe(200);
      expect(statSync(keyFile).mode & 0o777).toBe(0o600);
      const made = readFileSync(keyFile);
      expect(await first.stop()).toBe(0);
      const second = await startServer({ folder, env });
      expect((await fetch(`${second.url}/health/ready`)).status).toBe(200);
      expect(readFileSync(keyFile)).toEqual(made);
      expect(await second.stop()).toBe(0);
    },
  );
});
