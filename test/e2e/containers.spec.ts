import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import Ajv from 'ajv';
import { describe, expect, it } from '@jest/globals';
import { Deployment } from 'kubernetes-models/apps/v1/Deployment';
import { StatefulSet } from 'kubernetes-models/apps/v1/StatefulSet';
import { PodDisruptionBudget } from 'kubernetes-models/policy/v1/PodDisruptionBudget';
import { ConfigMap } from 'kubernetes-models/v1/ConfigMap';
import { Service } from 'kubernetes-models/v1/Service';
import { parseAllDocuments } from 'yaml';
import { readConfig } from '#platform';
import { composeFile, ownServices } from '../kit/compose-file.js';

const ROOT = join(import.meta.dirname, '../../..');
const read = (file: string) => readFileSync(join(ROOT, file), 'utf8');

describe('docker-compose.yml', () => {
  const { services, volumes } = composeFile();

  it('11.6: is valid by the compose specification', () => {
    const file = createRequire(import.meta.url).resolve('dclint/package.json');
    const schema = JSON.parse(readFileSync(join(file, '../schemas/compose.schema.json'), 'utf8')) as object;
    const ajv = new Ajv.default({ strict: false, validateFormats: false });
    const check = ajv.compile({ ...schema, $schema: undefined });
    check(composeFile());
    expect(check.errors ?? []).toEqual([]);
    const misspelt = { ...services['kafka'], healthchek: {} };
    expect(check({ services: { kafka: misspelt } })).toBe(false);
  });

  it('11.6: starts one container by itself, and the engines with their servers by the profile', () => {
    const without = Object.keys(services).filter((name) => services[name]!.profiles === undefined);
    expect(without).toEqual(['cx-ledger']);
    const engines = Object.keys(services).filter((name) => services[name]!.profiles?.includes('engines'));
    expect(engines.sort()).toEqual(['events', 'ingest', 'kafka', 'project', 'query', 'views']);
  });

  it.each(Object.entries(services))('11.6: %s is checked, limited, and keeps its data', (_name, service) => {
    expect(service.healthcheck).toBeDefined();
    expect(service.deploy?.resources?.limits?.memory).toMatch(/^\d+[MG]$/);
    const named = (service.volumes ?? []).map((volume) => volume.split(':')[0]!);
    expect(named.length).toBeGreaterThan(0);
    for (const volume of named) expect(Object.keys(volumes)).toContain(volume);
    for (const [needed, { condition }] of Object.entries(service.depends_on ?? {})) {
      expect(condition).toBe('service_healthy');
      expect(Object.keys(services)).toContain(needed);
    }
    for (const port of service.ports ?? []) expect(port).toMatch(/^127\.0\.0\.1:/);
  });

  it('11.6: the servers of the profile have all roles together, on a root file system that stays as it is', () => {
    const ours = ownServices();
    for (const [, service] of ours) expect(service.read_only).toBe(true);
    const roles = ours.flatMap(([, { profiles, environment }]) =>
      profiles === undefined ? [] : readConfig(environment!).roles,
    );
    expect(roles.sort()).toEqual(['audit', 'ingest', 'project', 'query']);
  });
});

describe('infra/docs/settings.md', () => {
  it('11.6: lists every setting as it is declared', () => {
    const script = join(ROOT, 'infra/build/list-settings.mjs');
    const listed = execFileSync(process.execPath, [script, '--print'], { encoding: 'utf8' });
    // Else: npm run settings.
    expect(read('infra/docs/settings.md')).toBe(listed);
  });
});

/** The instructions of a Dockerfile, continued lines joined. */
function instructions(text: string): readonly (readonly [name: string, rest: string])[] {
  return text
    .replace(/\\\n/g, ' ')
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.startsWith('#'))
    .map((line) => [line.split(' ', 1)[0]!, line.slice(line.indexOf(' ') + 1).trim()] as const);
}

describe('infra/docker/Dockerfile', () => {
  const all = instructions(read('infra/docker/Dockerfile'));
  const last = all.slice(all.findLastIndex(([name]) => name === 'FROM'));

  it('11.6: builds in stages on Node 24, and the last one has no tools to build', () => {
    const stages = all.filter(([name]) => name === 'FROM').map(([, from]) => from);
    expect(stages.length).toBeGreaterThan(1);
    for (const from of stages) expect(from).toMatch(/^node:24-\S+-slim( AS \w+)?$/);
    expect(last.filter(([name, rest]) => name === 'RUN' && rest.includes('npm'))).toEqual([]);
    const modules = all.find(([, rest]) => rest.includes('--omit=dev'));
    expect(modules?.[1]).toMatch(/^npm ci --omit=dev/);
  });

  it('11.6: runs as a user without rights, and writes to volumes only', () => {
    const names = last.map(([name]) => name);
    expect(last.find(([name]) => name === 'USER')?.[1]).toBe('node');
    expect(names.indexOf('USER')).toBeGreaterThan(names.lastIndexOf('RUN'));
    const mounted = JSON.parse(last.find(([name]) => name === 'VOLUME')![1]) as string[];
    const targets = ownServices().flatMap(([, { volumes = [] }]) => volumes.map((one) => one.split(':')[1]!));
    expect([...new Set(targets)].sort()).toEqual(mounted.sort());
  });

  it('11.6: copies what there is, and everything that the program reads', () => {
    const copied = all.filter(([name, rest]) => name === 'COPY' && !rest.startsWith('--from='));
    const sources = copied.flatMap(([, rest]) => rest.split(/\s+/).slice(0, -1));
    for (const source of sources) expect([source, existsSync(join(ROOT, source))]).toEqual([source, true]);
    const ignored = read('.dockerignore').split('\n');
    for (const source of sources) expect(ignored).not.toContain(source.replace('./', ''));
    // The command line reads its version from package.json, the imports of #libs, and the mappings by name.
    const inImage = last.filter(([name]) => name === 'COPY').map(([, rest]) => rest);
    for (const needed of [
      'package.json',
      'node_modules',
      'dist/apps',
      'dist/libs',
      'apps/cli/bin',
      'infra/mappings',
    ])
      expect(inImage.some((rest) => rest.includes(needed))).toBe(true);
  });
});

interface Manifest {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly data?: { readonly [name: string]: string };
  readonly spec?: {
    readonly selector?: object;
    readonly template?: { readonly metadata: { readonly labels: object }; readonly spec: PodSpec };
  };
}

interface PodSpec {
  readonly terminationGracePeriodSeconds: number;
  readonly securityContext: object;
  readonly containers: readonly {
    readonly env?: readonly { readonly name: string; readonly value: string }[];
    readonly envFrom?: readonly { readonly configMapRef?: { readonly name: string } }[];
    readonly securityContext: object;
    readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string }[];
    readonly resources: { readonly limits: { readonly memory: string } };
    readonly readinessProbe: { readonly httpGet: { readonly path: string } };
    readonly livenessProbe: { readonly httpGet: { readonly path: string } };
  }[];
}

const MODELS = { Deployment, StatefulSet, PodDisruptionBudget, ConfigMap, Service } as const;
const FOLDER = 'infra/kubernetes';
const manifests = readdirSync(join(ROOT, FOLDER))
  .filter((file) => file.endsWith('.yaml'))
  .flatMap((file) =>
    parseAllDocuments(read(join(FOLDER, file))).map((document) => {
      expect(document.errors).toEqual([]);
      return [file, document.toJS() as Manifest] as const;
    }),
  );
const workloads = manifests.filter(([, { spec }]) => spec?.template !== undefined);

/** The secrets that the comment in config.yaml says to make, as variables. */
const SECRET = {
  CX_STORE: 'esdb+discover://user:password@events.example:2113',
  CX_VIEWS: 'postgres://user:password@views.example:5432/cx',
};

describe('infra/kubernetes', () => {
  it.each(manifests)('11.6: %s is valid by the API of Kubernetes', (_file, manifest) => {
    const Model = MODELS[manifest.kind as keyof typeof MODELS];
    expect(Model).toBeDefined();
    expect(() => new Model(manifest as never).validate()).not.toThrow();
    const misspelt = { ...manifest, metadata: { ...manifest.metadata, name: 7 } };
    expect(() => new Model(misspelt as never).validate()).toThrow();
  });

  it.each(workloads)(
    '11.6: %s names settings that there are, and paths that are mounted',
    (_file, { spec }) => {
      const [container] = spec!.template!.spec.containers;
      const config = manifests.find(([, { kind }]) => kind === 'ConfigMap')![1].data;
      const own = Object.fromEntries((container!.env ?? []).map(({ name, value }) => [name, value]));
      const environment = container!.envFrom === undefined ? own : { ...config, ...SECRET, ...own };
      expect(() => readConfig(environment)).not.toThrow();
      const mounts = container!.volumeMounts.map(({ mountPath }) => mountPath);
      const paths = Object.values(environment).flatMap(
        (value) => /(?:^|embedded:)(\/\S+)/.exec(value)?.[1] ?? [],
      );
      for (const path of paths) expect(mounts.some((mount) => path.startsWith(`${mount}/`))).toBe(true);
      expect(spec!.template!.spec.terminationGracePeriodSeconds).toBeGreaterThan(
        readConfig(environment).drainSeconds,
      );
    },
  );

  it.each(workloads)('11.6: %s runs without rights, is probed and limited', (_file, { spec }) => {
    const pod = spec!.template!.spec;
    expect(pod.securityContext).toMatchObject({ runAsNonRoot: true });
    const [container] = pod.containers;
    expect(container!.securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
    expect(container!.readinessProbe.httpGet.path).toBe('/health/ready');
    expect(container!.livenessProbe.httpGet.path).toBe('/health/live');
    expect(container!.resources.limits.memory).toMatch(/Gi$/);
  });

  it('11.6: services and budgets select pods that there are', () => {
    const labels = workloads.map(([, { spec }]) => spec!.template!.metadata.labels);
    for (const [, { kind, spec }] of manifests) {
      if (kind !== 'Service' && kind !== 'PodDisruptionBudget') continue;
      const { matchLabels = spec!.selector } = spec!.selector as { matchLabels?: object };
      expect(labels.filter((one) => includes(one, matchLabels!))).not.toEqual([]);
    }
  });

  it('11.6: the servers over the engines have all roles together', () => {
    const roles = workloads.flatMap(([, { spec }]) =>
      (spec!.template!.spec.containers[0]!.env ?? [])
        .filter(({ name }) => name === 'CX_ROLE')
        .flatMap(({ value }) => value.split(',')),
    );
    expect(roles.sort()).toEqual(['audit', 'ingest', 'project', 'query']);
  });
});

function includes(labels: object, wanted: object): boolean {
  return Object.entries(wanted).every(([name, value]) => labels[name as keyof object] === value);
}
