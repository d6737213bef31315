// Which library may import which. Each rule's comment says what to do instead.
const PURE = [
  'event-sourcing',
  'journey',
  'scoring',
  'customer',
  'views',
  'measures',
  'connectors',
  'ledger',
];

/** What each pure lib may import, besides itself. */
const BENEATH = {
  'event-sourcing': [],
  journey: ['event-sourcing'],
  scoring: ['event-sourcing', 'journey'],
  customer: ['event-sourcing', 'journey', 'scoring'],
  views: ['event-sourcing', 'journey', 'scoring', 'customer'],
  measures: ['event-sourcing', 'journey', 'scoring', 'customer', 'views'],
  connectors: ['event-sourcing', 'journey'],
  ledger: ['event-sourcing'],
};

/** What each other lib may import, besides itself and the packages it needs. */
const ADAPTERS = {
  threads: ['event-sourcing'],
  compression: ['event-sourcing'],
  'event-store': ['event-sourcing'],
  privacy: ['event-sourcing', 'journey', 'ledger'],
  intake: ['event-sourcing', 'event-store', 'journey', 'privacy'],
  projector: ['event-sourcing', 'event-store', 'journey', 'scoring', 'customer', 'views', 'threads'],
  proofs: ['event-sourcing', 'event-store', 'ledger'],
  api: ['event-sourcing', 'journey', 'scoring', 'views', 'measures'],
  evidence: ['event-sourcing'],
  platform: ['event-sourcing', 'journey', 'api'],
  engines: [
    'event-sourcing',
    'journey',
    'scoring',
    'customer',
    'views',
    'threads',
    'compression',
    'event-store',
    'projector',
    'privacy',
    'intake',
    'platform',
    'ledger',
    'proofs',
  ],
};

/** The two files of pure libs that may import node:crypto. */
const CRYPTO = '^libs/(event-sourcing/src/hash|ledger/src/ed25519)\\.ts$';
const SPEC = '\\.(spec|bench|contract)\\.ts$';
const anyOf = (names) => `^libs/(${names.join('|')})/`;

const layer = (lib, allowed) => ({
  name: `layer-${lib}`,
  comment: `libs/${lib} imports only ${['itself', ...allowed].join(', ')} of our libs: move what you need beneath it, or take it as a parameter.`,
  severity: 'error',
  from: { path: `^libs/${lib}/`, pathNot: SPEC },
  to: { path: '^(libs|apps)/', pathNot: anyOf([lib, ...allowed]) },
});

const driver = (name, packages, places, instead) => ({
  name: `driver-${name}`,
  comment: `${packages} stands in ${places.join(' and ')} only: ${instead}`,
  severity: 'error',
  from: { path: '^(apps|libs)/', pathNot: [SPEC, ...places] },
  to: { path: packages },
});

module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      comment: 'Files must not import each other in a circle: take out what both need into a third file.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'pure-no-node',
      comment:
        'A pure lib imports nothing of node:* (only event-sourcing/src/hash.ts and ledger/src/ed25519.ts may use node:crypto): take it as a parameter, or move the code to an adapter.',
      severity: 'error',
      from: { path: anyOf(PURE), pathNot: [SPEC, CRYPTO] },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'only-crypto',
      comment:
        'hash.ts and ed25519.ts are there for hashes and signatures alone: node:crypto is all they may import.',
      severity: 'error',
      from: { path: CRYPTO },
      to: { pathNot: '^(node:)?crypto$' },
    },
    {
      name: 'pure-no-packages',
      comment:
        'A pure lib imports no package (journey: class-validator and reflect-metadata): bring what you need as a parameter, or do it in an adapter or app.',
      severity: 'error',
      from: { path: anyOf(PURE.filter((lib) => lib !== 'journey')), pathNot: SPEC },
      to: { path: 'node_modules/' },
    },
    {
      name: 'journey-packages',
      comment: 'journey declares with class-validator and reflect-metadata and imports no other package.',
      severity: 'error',
      from: { path: '^libs/journey/', pathNot: SPEC },
      to: { path: 'node_modules/', pathNot: 'node_modules/(class-validator|reflect-metadata)/' },
    },
    {
      name: 'nest-outside',
      comment:
        'Nest belongs to apps/server and libs/platform: a lib is given what it needs by its constructor.',
      severity: 'error',
      from: { path: '^(libs|apps)/', pathNot: [SPEC, '^libs/platform/', '^apps/server/'] },
      to: { path: 'node_modules/(@nestjs|@fastify|fastify)/' },
    },
    driver(
      'sqlite',
      '^(node:)?sqlite$',
      ['^libs/engines/src/sqlite/'],
      'use the port that the SQLite engine implements.',
    ),
    driver(
      'kafka',
      'node_modules/(kafkajs|snappyjs|lz4-napi)/',
      ['^libs/engines/src/kafka/'],
      'use what `#engines/kafka` exports.',
    ),
    driver(
      'postgres',
      'node_modules/(pg|pg-copy-streams|node-pg-migrate)/',
      ['^libs/engines/src/postgres/'],
      'use the port that the PostgreSQL engine implements.',
    ),
    {
      name: 'engines-apart',
      comment:
        'Engines never import each other: what two of them need belongs beneath them, into the lib of the port.',
      severity: 'error',
      from: { path: '^libs/engines/src/([^/]+)/' },
      to: { path: '^libs/engines/src/[^/]+/', pathNot: '^libs/engines/src/$1/' },
    },
    {
      name: 'engines-without-nest',
      comment:
        'An engine imports the ports of platform as types only (`import type`, `implements`): worker threads must not load Nest.',
      severity: 'error',
      from: { path: '^libs/engines/', pathNot: SPEC },
      to: { path: '^libs/platform/', dependencyTypesNot: ['type-only'] },
    },
    driver(
      'eventstoredb',
      'node_modules/@eventstore/',
      ['^libs/engines/src/eventstoredb/'],
      'use the EventStore port.',
    ),
    {
      name: 'apps-apart',
      comment: 'Apps never import each other: what two of them need belongs into a lib, or goes over HTTP.',
      severity: 'error',
      from: { path: '^apps/([^/]+)/' },
      to: { path: '^apps/', pathNot: '^apps/$1/' },
    },
    {
      name: 'libs-know-no-app',
      comment: 'A lib never imports an app: give it what it needs as a parameter.',
      severity: 'error',
      from: { path: '^libs/' },
      to: { path: '^apps/' },
    },
    {
      name: 'index-only',
      comment:
        'A lib is imported through its index (`#name`, an engine as `#engines/name`): export there what others need.',
      severity: 'error',
      from: { path: '^(libs/[^/]+|apps)/' },
      to: {
        path: '^libs/([^/]+)/src/(?!index\\.ts$)',
        pathNot: ['^$1/', '^libs/engines/src/[^/]+/index\\.ts$'],
      },
    },
    {
      name: 'no-own-index',
      comment: 'Inside a lib import the sibling file itself: going through the own index makes cycles.',
      severity: 'error',
      from: { path: '^(libs/[^/]+)/src/(?!index\\.ts$)' },
      to: { path: '^$1/src/index\\.ts$' },
    },
    {
      name: 'no-test-in-product',
      comment: 'What ships never imports test code: move it into a lib.',
      severity: 'error',
      from: { path: '^(apps|libs)/', pathNot: SPEC },
      to: { path: '^test/' },
    },
    {
      name: 'no-unresolved',
      comment: 'This import leads nowhere: check the path (relative imports end in .js) and package.json.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    ...Object.entries({ ...BENEATH, ...ADAPTERS }).map(([lib, allowed]) => layer(lib, allowed)),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|test/bench/peers)/' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      conditionNames: ['source', 'import', 'node', 'default'],
      exportsFields: ['exports'],
    },
  },
};
