// npm run test:load: the tests of this folder at full size, one at a time. `npm test` runs the same files at a fraction.
import base from '../../jest.config.js';

process.env.LAZO_LOAD = 'full';
process.env.LAZO_TEST_LIMIT = '3600000';

/** @type {import('jest').Config} */
const config = {
  ...base,
  rootDir: '../..',
  testMatch: ['<rootDir>/test/load/**/*.test.ts'],
  maxWorkers: 1,
};

export default config;
