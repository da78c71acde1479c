import {
  change,
  creation,
  forbidden,
  mutation,
  optional,
  problemsError,
  query,
  record,
  recordInput,
  signedIn,
  type Context,
} from '#kernel';
import { routesIn } from './extension-points.rules.ts';
import { inboxOf } from './inbox.operations.ts';
import { MailAddress, type MailAddressRow } from './mail-address.entity.ts';
import { ruleProblems } from './mail-address.rules.ts';
import type { MailRule } from './routing-rule.entity.ts';

/** Rules that name routes and people. @throws RULE_INVALID */
export const assertRules = ({ registry }: Context, rules: readonly MailRule[] = []): void => {
  const problems = ruleProblems(
    rules,
    routesIn(registry).map(({ key }) => key),
  );
  if (problems.length > 0) throw problemsError(problems);
};

export const createMailAddress = creation(MailAddress, 'createMailAddress', {
  describes:
    'Makes an address for mail of customers, with its rules. Let your mail server forward what comes to the address that customers know to `inbox`.',
  needs: 'mailAddress.create',
  input: {},
  returns: MailAddress,
  fails: ['RULE_INVALID'],
  run: async ({ values }, context) => {
    assertRules(context, values.rules);
    const id = context.ids.next(MailAddress.idPrefix);
    const inbox = await inboxOf(context, id);
    return context.data(MailAddress).create({ ...values, kind: 'SHARED', inbox, rulesVersion: 1 }, { id });
  },
});

export const updateMailAddress = change(MailAddress, 'updateMailAddress', {
  describes:
    'Changes an address: absent fields stay, null clears. `previewMailRules` shows beforehand what changed rules make of mail that is here.',
  needs: 'mailAddress.update',
  input: recordInput('MailAddress'),
  returns: MailAddress,
  fails: ['RULE_INVALID'],
  run: async ({ id, changes }, context) => {
    const address = await context.data(MailAddress).get(id);
    assertRules(context, changes.rules ?? []);
    const counted = changes.rules ? { rulesVersion: address.rulesVersion + 1 } : {};
    return context.data(MailAddress).update(address, { ...changes, ...counted });
  },
});

/** The person's address that is in use. */
const ownAddress = async (context: Context, user: string): Promise<MailAddressRow | undefined> => {
  const { rows } = await context.trusted(MailAddress).page('byOwner', { of: user, first: 100 });
  const found = rows.find(({ kind, archivedAt }) => kind === 'PERSONAL' && archivedAt === undefined);
  return found && context.trusted(MailAddress).find(found.id);
};

/** @throws FORBIDDEN to keys and other machines */
const personOf = ({ actor }: Context): string => {
  if (actor.userId !== undefined) return actor.userId;
  throw forbidden('Only a person has a private address.');
};

export const myMailAddress = query('myMailAddress', {
  describes:
    'The private address to which one forwards, or blind-copies, mail of one’s own mailbox, so that it stays on the cards of those it is about; absent until `renewMyMailAddress` makes it.',
  needs: signedIn,
  input: {},
  returns: { address: optional(record(MailAddress, 'The address.')) },
  run: async (_input, context) => {
    const address = await ownAddress(context, personOf(context));
    return address ? { address } : {};
  },
});

export const renewMyMailAddress = mutation('renewMyMailAddress', {
  describes: 'Makes a private address for oneself; the one before, if there was any, takes no more mail.',
  needs: signedIn,
  input: {},
  returns: MailAddress,
  run: async (_input, context) => {
    const user = personOf(context);
    const before = await ownAddress(context, user);
    if (before) context.trusted(MailAddress).archive(before);
    const id = context.ids.next(MailAddress.idPrefix);
    const values = { name: 'Personal', inbox: await inboxOf(context, id), rules: [], rulesVersion: 1 };
    return context.trusted(MailAddress).create({ ...values, kind: 'PERSONAL', user, owner: user }, { id });
  },
});
