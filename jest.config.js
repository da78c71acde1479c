// Tests live beside the code; the proofs across modules live in test/. They run as ES modules, as the product does.

/** Types are stripped and nothing else is changed, as Node does it at run time. */
const jsc = { target: 'esnext', parser: { syntax: 'typescript' }, experimental: { keepImportAttributes: true } };

/** @type {import('jest').Config} */
const config = {
  testMatch: ['<rootDir>/**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/', '/cdk\\.out/', '/\\.lazo/'],
  modulePathIgnorePatterns: ['<rootDir>/cdk\\.out/', '<rootDir>/\\.lazo/'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '\\.ts$': ['@swc/jest', { jsc, sourceMaps: true }] },
  cacheDirectory: '<rootDir>/node_modules/.cache/jest',
  maxWorkers: '100%',
  // What test files leave behind in a worker makes collecting garbage dear: a new worker takes its place.
  workerIdleMemoryLimit: '700MB',
  testTimeout: 30_000,
};

export default config;
