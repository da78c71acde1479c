// The demo tenant of a first start on this machine; no trigger calls it, infra/local/demo.ts does.
import { seedDemo as seed, type Demo } from '#modules/platform/tenants';
import { openRuntime } from './runtime.ts';

/** Makes the demo tenant, or answers what there is of it. */
export const seedDemo = (): Promise<Demo> => seed(openRuntime());
