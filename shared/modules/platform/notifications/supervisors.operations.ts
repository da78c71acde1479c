import { readOn, type Context } from '#kernel';
import { User } from '#modules/platform/users';
import type { Words } from './kinds.rules.ts';
import { notify } from './notify.operations.ts';

/** People who are asked for their roles, at most. */
const mostPeople = 1000;
const supervising = ['owner', 'administrator'];

/** Tells those who look after the tenant. */
export const tellSupervisors = async (
  context: Context,
  notice: { readonly kind: string; readonly title: Words; readonly body?: Words; readonly about: string },
): Promise<void> => {
  const { rows } = await readOn((asked) => context.trusted(User).page('byName', asked), mostPeople);
  const to = rows.filter(({ roles }) => roles.some((role) => supervising.includes(role))).map(({ id }) => id);
  await notify(context, { ...notice, to });
};
