import {
  actions,
  boolean,
  choice,
  explainTouch,
  forbidden,
  list,
  mayDo,
  notFound,
  object,
  optional,
  query,
  ref,
  signedIn,
  text,
  type AccessStep,
  type Action,
  type Actor,
  type AnyEntity,
  type Context,
} from '#kernel';
import { prefixOf } from '#kernel/ids';
import { reachOf, rolesOf } from '#modules/platform/roles';
import { Tenant } from '#modules/platform/settings';
import { User } from '#modules/platform/users';
import { actorOf } from './actor.operations.ts';
import { factsOf } from './explain-steps.operations.ts';

const stepFields = {
  rule: text({ max: 300, describes: 'The rule that was asked.' }),
  holds: boolean({ describes: 'Whether it holds.' }),
};

/** Who asks about whom, and what roles that person has. */
type Subject = { readonly actor: Actor; readonly roles: readonly string[] };

export const explainAccess = query('explainAccess', {
  describes:
    'Why somebody may or may not do something with a record: the rules in the order in which they are asked, the verdict of the enforcement itself, and the facts behind it: substitutes, hand-overs, what was delegated, fields that roles hide.',
  needs: signedIn,
  input: {
    record: ref('*', { describes: 'The record; one that you may see yourself.' }),
    action: choice(actions, { named: 'AccessAction', describes: 'What is to be done with it.' }),
    user: optional(
      ref('User', {
        describes: 'Who is to do it; oneself when not said. Asking about others needs the permission user.assignRoles.',
      }),
    ),
  },
  returns: {
    allowed: boolean({ describes: 'The verdict.' }),
    chain: list(object('AccessStep', stepFields), {
      max: 500,
      describes: 'The rules, in the order in which they are asked.',
    }),
  },
  async run({ record, action, user }, context) {
    const of = context.registry.byPrefix.get(prefixOf(record));
    const row = of && (await context.data(of).find(record));
    if (!of || !row) throw notFound('record', record);
    const { actor, roles } = await subjectOf(context, user);
    const { allowed, chain } = explainTouch(actor, of, row, action);
    const [granted, facts] = await Promise.all([
      roleSteps(context, roles, of, action),
      factsOf(context, actor, of, row, action),
    ]);
    return { allowed, chain: [...granted, ...chain, ...facts] };
  },
});

/** The person whose access is explained, with the rights that the person's roles give. */
const subjectOf = async (context: Context, user: string | undefined): Promise<Subject> => {
  const { actor, trusted } = context;
  const id = user ?? actor.userId;
  if (id !== actor.userId && !mayDo(actor, 'user.assignRoles'))
    throw forbidden('Asking about others needs the permission user.assignRoles.');
  const person = id === undefined ? undefined : await trusted(User).get(id);
  if (!person || id === actor.userId) return { actor, roles: person?.roles ?? [] };
  return { actor: await actorOf(context, await trusted(Tenant).get(actor.tenant), person), roles: person.roles };
};

/** What each role of the person says; the widest counts. */
const roleSteps = async (
  context: Context,
  keys: readonly string[],
  of: AnyEntity,
  action: Action,
): Promise<readonly AccessStep[]> => {
  const roles = await rolesOf(context);
  return keys.flatMap((key) => {
    const role = roles.get(key);
    const scope = role ? reachOf(role.rules, of.name, action) : 'none';
    return [{ rule: `role ${key} grants ${of.name}.${action} to ${scope}`, holds: scope !== 'none' }];
  });
};
