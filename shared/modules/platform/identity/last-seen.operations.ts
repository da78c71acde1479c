import { systemActor, type Runtime } from '#kernel';
import { rowKey } from '#kernel/rows';
import { ConditionFailed } from '#kernel/table';
import { workAs } from '#kernel/work';
import { User, type UserRow } from '#modules/platform/users';
import { rememberFor } from '#kernel/remember';

const hour = 3_600_000;

/**
 * Notes on the row that it was used, at most once an hour, without a version and without an event. Losing it costs
 * nothing, so it fails silently.
 */
export const noteUse = async (
  runtime: Runtime,
  tenant: string,
  id: string,
  field: 'lastSeenAt' | 'lastUsedAt',
  last: string | undefined,
): Promise<void> => {
  const now = runtime.clock.now();
  const anHourAgo = new Date(now.getTime() - hour).toISOString();
  if (last !== undefined && last > anHourAgo) return;
  await rememberFor(runtime, `use ${id}`, () => write(runtime, tenant, id, field, now.toISOString(), anHourAgo));
};

const write = async (
  { ports, log }: Runtime,
  tenant: string,
  id: string,
  field: string,
  now: string,
  anHourAgo: string,
): Promise<void> => {
  try {
    await ports.table.write({
      kind: 'update',
      key: rowKey(tenant, id),
      update: { text: 'SET #field = :now', names: { '#field': field }, values: { ':now': now } },
      condition: {
        text: 'attribute_exists(pk) AND (attribute_not_exists(#field) OR #field < :before)',
        names: { '#field': field },
        values: { ':before': anHourAgo },
      },
    });
  } catch (error) {
    // Another container was faster.
    if (!(error instanceof ConditionFailed))
      log.warn('The last use of a record was not noted.', { record: id, error: String(error) });
  }
};

/** Whoever signs in has taken the invitation. */
export const noteArrival = async (runtime: Runtime, tenant: string, user: UserRow): Promise<void> => {
  if (user.status !== 'INVITED') return;
  await rememberFor(runtime, `arrival ${user.id}`, () =>
    workAs(runtime, systemActor(tenant, 'sign-in'), 'noteArrival', async ({ trusted }) => {
      const current = await trusted(User).get(user.id);
      if (current.status === 'INVITED') trusted(User).move(current, 'ACTIVE');
    }),
  );
};
