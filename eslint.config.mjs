import regexp from 'eslint-plugin-regexp';
import tseslint from 'typescript-eslint';

const PURE = [
  'event-sourcing',
  'journey',
  'scoring',
  'customer',
  'views',
  'measures',
  'connectors',
  'ledger',
].map((lib) => `libs/${lib}/src/**/*.ts`);

const impure = (name, instead) => ({
  name,
  message: `A pure lib knows no ${name}: ${instead}`,
});

export default tseslint.config(
  { ignores: ['dist/**', 'node_modules/**', 'test/bench/peers/**', 'data/**'] },
  ...tseslint.configs.recommended,
  {
    files: ['**/*.ts'],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      eqeqeq: 'error',
      'no-console': 'error',
    },
  },
  {
    files: ['apps/cli/**', 'test/**', 'infra/**', 'apps/server/src/main.ts'],
    rules: { 'no-console': 'off' },
  },
  {
    // The time that a regular expression takes grows no faster than its input, whatever the input.
    files: ['apps/**/*.ts', 'libs/**/*.ts'],
    ignores: ['**/*.{spec,contract}.ts'],
    plugins: { regexp },
    rules: {
      'regexp/no-super-linear-backtracking': ['error', { report: 'potential' }],
      'regexp/no-super-linear-move': ['error', { report: 'potential' }],
    },
  },
  {
    files: PURE,
    ignores: ['**/*.spec.ts'],
    rules: {
      'no-restricted-globals': [
        'error',
        impure('process', 'take the value as a parameter.'),
        impure('performance', 'take the time as a parameter.'),
        impure('setTimeout', 'do the waiting in an adapter or app.'),
        impure('setInterval', 'do the waiting in an adapter or app.'),
        impure('setImmediate', 'do the waiting in an adapter or app.'),
        impure('fetch', 'do the I/O in an adapter or app.'),
        impure('crypto', 'hashes come from hash.ts of event-sourcing; randomness is given as a parameter.'),
      ],
      'no-restricted-properties': [
        'error',
        {
          object: 'Date',
          property: 'now',
          message: 'A pure lib has no clock: take `asOf` or a Clock as a parameter.',
        },
        {
          object: 'Math',
          property: 'random',
          message: 'A pure lib has no randomness: take a seeded source as a parameter.',
        },
        {
          object: 'Math',
          property: 'pow',
          message: 'Use exp and log, or multiply: pow differs between engines.',
        },
        {
          object: 'console',
          property: 'log',
          message: 'A pure lib prints nothing: return what is to be said.',
        },
      ],
      'no-restricted-syntax': [
        'error',
        {
          selector: 'NewExpression[callee.name="Date"][arguments.length=0]',
          message: 'A pure lib has no clock: take `asOf` or a Clock as a parameter.',
        },
        {
          selector: 'CallExpression[callee.name="Date"]',
          message: 'A pure lib has no clock: take `asOf` as a parameter.',
        },
        {
          selector: 'BinaryExpression[operator="**"]',
          message: 'Use exp and log, or multiply: powers differ between engines.',
        },
      ],
    },
  },
  {
    files: ['apps/server/**/*.ts', 'libs/platform/**/*.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          paths: [
            {
              name: '@nestjs/cqrs',
              importNames: ['EventBus', 'EventPublisher', 'AggregateRoot', 'Saga', 'EventsHandler'],
              message:
                'Truth travels by append and subscription: only CommandBus and QueryBus are used here.',
            },
            {
              name: '@nestjs/common',
              importNames: ['forwardRef'],
              message: 'A circle between modules: split one of them.',
            },
          ],
        },
      ],
    },
  },
);
