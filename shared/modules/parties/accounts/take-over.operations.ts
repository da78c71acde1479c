import {
  DomainError,
  forbidden,
  mayDo,
  mutation,
  notFound,
  optional,
  ref,
  text,
  type ChangesOf,
  type Context,
} from '#kernel';
import { Account, type AccountRow } from './account.entity.ts';
import { taxKey } from './tax-ids.rules.ts';

/** The permission to take over what somebody else handles. */
const takeOver = 'account.takeOver';

type Changes = Pick<ChangesOf<typeof Account>, 'owner' | 'team'>;

/** What a change of owner or team means: nothing, handing on one's own, or taking over another's, which leaves its trace. */
export const handOver = (context: Context, account: AccountRow, changes: Changes, reason?: string) => {
  if (!isMoved(account, changes)) return {};
  if (!isHeldByOther(context, account)) return { event: 'account.assigned' };
  if (!mayDo(context.actor, takeOver))
    throw forbidden(`Somebody else handles this Account; taking it over needs ${takeOver}.`);
  const trace = {
    at: context.clock.instant(),
    by: context.actor.id,
    ...(account.owner !== undefined && { from: account.owner }),
    ...(reason !== undefined && { reason }),
  };
  return { event: 'account.takenOver', takeOver: trace };
};

const isMoved = (account: AccountRow, { owner, team }: Changes): boolean =>
  (owner !== undefined && (owner ?? undefined) !== account.owner) ||
  (team !== undefined && (team ?? undefined) !== account.team);

const isHeldByOther = ({ actor }: Context, { owner, team }: AccountRow): boolean => {
  if (owner !== undefined) return owner !== actor.userId;
  return team !== undefined && !actor.teams.includes(team);
};

export const takeOverAccount = mutation('takeOverAccount', {
  describes:
    'Takes over an account that somebody else handles, for yourself or for a colleague, with its reason. Its contacts follow. ' +
    'By its id or by its tax number, for accounts that you cannot see.',
  needs: takeOver,
  input: {
    id: optional(ref('Account', { describes: 'Which one.' })),
    taxId: optional(text({ max: 30, describes: 'The tax number of the one that is meant, when you have no id.' })),
    taxIdCountry: optional(text({ max: 2, describes: 'The country of the tax number; the tenant’s when absent.' })),
    owner: optional(ref('User', { describes: 'Who handles it from now on; you, when absent.' })),
    team: optional(ref('Team', { describes: 'The team that handles it from now on; none, when absent.' })),
    reason: text({ max: 500, describes: 'Why.' }),
  },
  returns: Account,
  run: async ({ owner, team, reason, ...which }, context) => {
    const account = await meant(context, which);
    const changes = { owner: owner ?? context.actor.userId ?? null, team: team ?? null };
    const { event, ...trace } = handOver(context, account, changes, reason);
    return context.trusted(Account).update(account, { ...changes, ...trace }, event === undefined ? {} : { event });
  },
});

type Which = { readonly id?: string; readonly taxId?: string; readonly taxIdCountry?: string };

const meant = async ({ trusted, actor }: Context, { id, taxId, taxIdCountry }: Which): Promise<AccountRow> => {
  if (id !== undefined) return trusted(Account).get(id);
  if (taxId === undefined) throw new DomainError('BAD_INPUT', 'Say which account: its id or its tax number.', ['id']);
  const found = await trusted(Account).findUnique('taxId', taxKey(taxId, taxIdCountry ?? actor.country));
  if (!found) throw notFound('Account', taxId);
  return found;
};
