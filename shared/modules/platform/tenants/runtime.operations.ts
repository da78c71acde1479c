import { systemActor, type Actor, type Context, type Runtime } from '#kernel';
import { actorFor, customFieldsOf, isPaused } from '#modules/platform/identity';

/** The runtime of an operation, for the operator's work in other tenants. */
export const runtimeOf = ({ registry, ports, clock, ids, log }: Context): Runtime => {
  const runtime: Runtime = {
    registry,
    ports,
    clock,
    ids,
    log,
    actorFor: (tenant, what) => actorFor(runtime, tenant, what),
    isPaused: (tenant) => isPaused(runtime, tenant),
    customFieldsOf: (tenant, fresh) => customFieldsOf(runtime, tenant, fresh),
  };
  return runtime;
};

/** The operator at work in a tenant: the audit trail names the operator's key. */
export const operatorIn = (tenant: string, { id }: Pick<Actor, 'id'>): Actor => ({
  ...systemActor(tenant, 'operator'),
  id: `system:operator:${id}`,
});
