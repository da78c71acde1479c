// What test files get as `@jest/globals`: the same functions, which the runner puts on the global object.
import type * as Jest from '@jest/globals';

export const { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } =
  globalThis as unknown as typeof Jest;
