// Tests run on the compiled output: what is tested is what ships.
export default {
  roots: ['<rootDir>/dist'],
  testMatch: ['**/*.spec.js'],
  transform: {},
  testEnvironment: 'node',
  testTimeout: 60_000,
  coverageProvider: 'v8',
};
