// Tests run on the compiled output: what is tested is what ships.
export default {
  roots: ['<rootDir>/dist'],
  testMatch: ['**/*.spec.js'],
  transform: {},
  testEnvironment: 'node',
  testTimeout: 60_000,
  globalSetup: '<rootDir>/infra/build/make-run-folder.mjs',
  globalTeardown: '<rootDir>/infra/build/remove-run-folder.mjs',
  // Most of what takes long waits for servers and disks: one worker less than processors would leave one of two idle.
  maxWorkers: '100%',
  // kafkajs looks for its brokers for minutes after a consumer was stopped while it was joining again.
  forceExit: true,
  coverageProvider: 'v8',
  collectCoverageFrom: ['dist/{libs,apps}/**/*.js', '!**/*.spec.js', '!**/*.contract.js'],
  coverageReporters: ['json'],
};
