import {
  actions,
  boolean,
  choice,
  explainTouch,
  forbidden,
  list,
  object,
  optional,
  query,
  ref,
  text,
  notFound,
  mayDo,
  type Actor,
  type Context,
} from '#kernel';
import { prefixOf } from '#kernel/ids';
import { User } from '#modules/platform/users';
import { Tenant } from '#modules/platform/settings';
import { personActor } from './actor.operations.ts';

const stepFields = {
  rule: text({ max: 300, describes: 'The rule that was asked.' }),
  holds: boolean({ describes: 'Whether it holds.' }),
};

export const explainAccess = query('explainAccess', {
  describes:
    'Why somebody may or may not do something with a record: the rules that are asked, in order, and the verdict of the enforcement itself.',
  needs: 'access.explain',
  input: {
    record: ref('*', { describes: 'The record.' }),
    action: choice(actions, { named: 'AccessAction', describes: 'What is to be done with it.' }),
    user: optional(ref('User', { describes: 'Who is to do it; oneself when absent.' })),
  },
  returns: {
    allowed: boolean({ describes: 'The verdict.' }),
    chain: list(object('AccessStep', stepFields), {
      max: 20,
      describes: 'The rules, in the order in which they are asked.',
    }),
  },
  run: async ({ record, action, user }, context) => {
    const of = context.registry.byPrefix.get(prefixOf(record));
    const row = of && (await context.data(of).find(record));
    if (!of || !row) throw notFound('record', record);
    const { allowed, chain } = explainTouch(await subject(context, user), of, row, action);
    return { allowed, chain: [...chain] };
  },
});

/** The person whose access is explained, with the rights that the person's roles give. */
const subject = async (context: Context, user: string | undefined): Promise<Actor> => {
  if (user === undefined || user === context.actor.userId) return context.actor;
  if (!mayDo(context.actor, 'user.read')) throw forbidden('You may not ask about others.');
  const [organisation, person] = await Promise.all([
    context.trusted(Tenant).get(context.actor.tenant),
    context.trusted(User).get(user),
  ]);
  return personActor(context, organisation, person);
};
