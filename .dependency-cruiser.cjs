// The rooms of the house and who may open which door. Each rule's comment says what to do instead.
const PURE = ['event-sourcing', 'journey', 'scoring', 'projections', 'connectors', 'ledger'];

/** What each pure lib may import, besides itself. */
const BENEATH = {
  'event-sourcing': [],
  journey: ['event-sourcing'],
  scoring: ['event-sourcing', 'journey'],
  projections: ['event-sourcing', 'journey', 'scoring'],
  connectors: ['event-sourcing', 'journey'],
  ledger: ['event-sourcing'],
};

/** What each other lib may import, besides itself and the packages of its trade. */
const ADAPTERS = {
  'event-store': ['event-sourcing'],
  'read-model': ['event-sourcing', 'threads'],
  privacy: ['event-sourcing', 'journey'],
  intake: ['event-sourcing', 'journey', 'privacy'],
  subscription: ['event-sourcing', 'journey'],
  messaging: ['event-sourcing', 'journey', 'intake'],
  threads: ['event-sourcing'],
  platform: ['event-sourcing', 'threads'],
};

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
        'A pure lib imports nothing of node:* (only event-sourcing/src/hash.ts may use node:crypto): take it as a parameter, or move the code to an adapter.',
      severity: 'error',
      from: { path: anyOf(PURE), pathNot: [SPEC, '^libs/event-sourcing/src/hash\\.ts$'] },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'hash-only-crypto',
      comment: 'hash.ts is there for hashes alone: node:crypto is all it may import.',
      severity: 'error',
      from: { path: '^libs/event-sourcing/src/hash\\.ts$' },
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
      [
        '^libs/event-store/src/embedded/',
        '^libs/read-model/src/embedded/',
        '^libs/privacy/src/embedded/',
        '^libs/platform/src/embedded/',
      ],
      'use the port of event-sourcing that the adapter implements.',
    ),
    driver(
      'kafka',
      'node_modules/(kafkajs|snappyjs|lz4-napi)/',
      ['^libs/messaging/'],
      'use what messaging exports.',
    ),
    driver(
      'eventstoredb',
      'node_modules/@eventstore/',
      ['^libs/event-store/src/eventstoredb\\.ts$'],
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
      comment: 'A lib is imported through its index (`#name`): export there what others need.',
      severity: 'error',
      from: { path: '^(libs/[^/]+|apps)/' },
      to: { path: '^libs/([^/]+)/src/(?!index\\.ts$)', pathNot: '^$1/' },
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
