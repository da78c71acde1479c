// Tests live beside the code; the proofs across modules live in test/. They run as ES modules, as the product does.

/** @type {import('jest').Config} */
const config = {
  testMatch: ['<rootDir>/**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/', '/cdk\\.out/', '/\\.lazo/'],
  modulePathIgnorePatterns: ['<rootDir>/cdk\\.out/', '<rootDir>/\\.lazo/'],
  cacheDirectory: '<rootDir>/node_modules/.cache/jest',
  // Plain Node runs them as it runs the product: a module is loaded once in a worker, not once for each test file (ADR 25).
  runner: 'jest-light-runner',
  setupFiles: ['<rootDir>/test/runner/in-plain-node.ts'],
  maxWorkers: '100%',
};

export default config;
