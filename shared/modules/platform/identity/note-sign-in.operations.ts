import { systemActor, type Runtime } from '#kernel';
import { derivedId } from '#kernel/ids';
import { rememberFor } from '#kernel/remember';
import { rowKey } from '#kernel/rows';
import { workAs } from '#kernel/work';
import { SignIn } from './sign-in.entity.ts';

/** Who came in, and by what. A session is what the sign-in service calls so; without one, each day counts as one. */
export type Arrival = {
  readonly user: string;
  readonly key?: string;
  readonly session?: string | undefined;
  readonly client?: string | undefined;
};

/**
 * Writes down each session once, however many requests and containers it has: a container asks the table once a minute and
 * writes when it is new. Nobody is kept out because it could not be noted.
 */
export const noteSignIn = async (runtime: Runtime, tenant: string, arrival: Arrival): Promise<void> => {
  const { user, key, session = runtime.clock.now().toISOString().slice(0, 10) } = arrival;
  const secret = await runtime.ports.secrets.get('idempotency');
  const id = derivedId(SignIn.idPrefix, secret, [tenant, user, key ?? '', session]);
  await rememberFor(runtime, `sign-in ${id}`, () => writeOnce(runtime, tenant, id, arrival));
};

const writeOnce = async (runtime: Runtime, tenant: string, id: string, arrival: Arrival): Promise<void> => {
  try {
    if (await runtime.ports.table.get(rowKey(tenant, id), { consistent: true })) return;
    const actor = { ...systemActor(tenant, 'sign-in'), id: arrival.key ?? arrival.user };
    await workAs(runtime, actor, 'noteSignIn', ({ trusted }) => {
      trusted(SignIn).create(valuesOf(arrival), { id });
      return Promise.resolve();
    });
  } catch (error) {
    runtime.log.warn('A sign-in was not noted.', { record: id, error: String(error) });
  }
};

const valuesOf = ({ user, key, client }: Arrival) => ({
  user,
  via: key === undefined ? ('TOKEN' as const) : ('KEY' as const),
  ...(key !== undefined && { key }),
  ...(client !== undefined && client !== '' && { client }),
});

/** What the program that calls says of itself. */
export const clientIn = (headers: Readonly<Record<string, string | undefined>>): string | undefined =>
  (headers['x-lazo-client'] ?? headers['user-agent'])?.replace(/[^ -~]/g, '').slice(0, 80);
