import { change, creation, recordInput, type Actor, type ChangesOf, type Repository } from '#kernel';
import { problemsError } from '#kernel/errors';
import { listFailures, settleListed } from '#modules/platform/lists';
import { Account, type AccountRow } from './account.entity.ts';
import { parentCycle } from './account.rules.ts';
import { listedFields } from './origins.projections.ts';
import { guardFails, guardInput, refuseDuplicate } from './duplicate-guard.operations.ts';
import { handOver } from './take-over.operations.ts';
import { settleZones, zonesOfNew } from './zoning.operations.ts';

const fails = [
  'TAX_ID_MALFORMED',
  'PARENT_MISSING',
  'PARENT_CYCLE',
  'TWO_PRIMARIES',
  'UNKNOWN_CURRENCY',
  ...listFailures,
] as const;

/** Levels that accounts are nested in at most; also where a walk up ends. */
const mostLevels = 12;

export const createAccount = creation(Account, 'createAccount', {
  describes: 'Makes an account. Without owner and team it is your own.',
  needs: 'account.create',
  input: guardInput,
  returns: Account,
  fails: [...fails, ...guardFails],
  run: async ({ values, unlessDuplicate }, context) => {
    const { data, trusted, actor } = context;
    await refuseDuplicate(unlessDuplicate, context, Account, values);
    if (values.parent !== undefined) await assertNoCycle(trusted(Account), values.parent);
    const settled = { ...(await settleListed(context, listedFields, values)), ...(await zonesOfNew(context, values)) };
    return data(Account).create({ ...values, ...issuedAt(values, actor), ...settled });
  },
});

export const updateAccount = change(Account, 'updateAccount', {
  describes:
    'Changes an account: absent fields stay, null clears. Your own, and one that nobody handles, you may hand on; another owner’s you take over.',
  needs: 'account.update',
  input: recordInput('Account'),
  returns: Account,
  fails,
  run: async ({ id, changes }, context) => {
    const accounts = context.data(Account);
    const account = await accounts.get(id);
    if (isNew(changes.parent, account.parent)) await assertNoCycle(context.trusted(Account), changes.parent, id);
    const { event, ...handed } = handOver(context, account, changes);
    const issued = changes.taxId ? issuedAt({ ...account, ...changes }, context.actor) : {};
    const listed = await settleListed(context, listedFields, changes, account);
    const zoned = await settleZones(context, changes, account);
    const settled = { ...changes, ...issued, ...listed, ...zoned, ...handed };
    return accounts.update(account, settled, event === undefined ? {} : { event });
  },
});

type Values = Pick<ChangesOf<typeof Account>, 'taxId' | 'taxIdCountry'>;

/** A tax number of which nobody says where it is from is the tenant's own country's. */
const issuedAt = ({ taxId, taxIdCountry }: Values, { country }: Actor) =>
  typeof taxId === 'string' && !taxIdCountry ? { taxIdCountry: country } : {};

const isNew = (parent: string | null | undefined, was: string | undefined): parent is string =>
  typeof parent === 'string' && parent !== was;

/** Walks up to the top. The accounts on the way are held, so that two moves at once cannot close a circle. */
const assertNoCycle = async (accounts: Repository<typeof Account>, first: string, id?: string): Promise<void> => {
  let next: string | undefined = first;
  for (let level = 1; next !== undefined; level += 1) {
    if (next === id || level > mostLevels) throw problemsError([parentCycle]);
    const above: AccountRow | undefined = await accounts.find(next);
    if (above && id !== undefined) accounts.hold(above);
    next = above?.parent;
  }
};
