import { given, type Actor, type Runtime } from '#kernel';
import { tenantOf } from './actor.operations.ts';
import { keyOf } from './key-actor.operations.ts';

/** What a tenant and a caller may ask of the API in a minute, where somebody has said so; at most a minute old. */
export const pointLimits = async (
  runtime: Runtime,
  { tenant, kind, id }: Actor,
): Promise<{ readonly tenant?: number; readonly caller?: number }> => {
  const [known, key] = await Promise.all([
    tenantOf(runtime, tenant),
    kind === 'key' ? keyOf(runtime, { tenant, key: id }) : undefined,
  ]);
  return given({ tenant: known?.row.pointsPerMinute, caller: key?.row.pointsPerMinute });
};
