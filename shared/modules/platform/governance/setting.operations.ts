import {
  boolean,
  choice,
  json,
  list,
  object,
  optional,
  query,
  record,
  ref,
  signedIn,
  text,
  type Context,
} from '#kernel';
import {
  inForce,
  isOpenTo,
  OwnSetting,
  settingPlace,
  type Holder,
  type OwnSettingRow,
} from '#modules/platform/settings';
import { User } from '#modules/platform/users';
import { SettingProposal } from './setting-proposal.entity.ts';
import { targetFields, targetOf, valuesOf, versionOf, type Target } from './target.operations.ts';

const levels = ['TENANT', 'TEAM', 'USER'] as const;

const levelFields = {
  level: choice(levels, { named: 'SettingLevel', describes: 'Whose values these are.' }),
  user: optional(ref('User', { describes: 'The person.' })),
  team: optional(ref('Team', { describes: 'The team.' })),
  values: json({ describes: 'All of the tenant’s; of a team or person those that differ.' }),
  version: text({ describes: 'To be sent with a change of them.' }),
  counts: boolean({ describes: 'Whether they count: whether the policy is open to the holder.' }),
};

/** What a setting says for somebody. */
const answer = {
  values: json({ describes: 'What counts.' }),
  version: text({
    describes: 'The version of the values of the holder that was named, or of the tenant’s.',
  }),
  openTo: choice(['FIXED', 'TEAMS', 'USERS'], { named: 'SettingOpening', describes: 'Who may have own values.' }),
  needsApproval: boolean({ describes: 'Whether a change needs agreement.' }),
  levels: list(object('SettingLevelValues', levelFields), {
    max: 3,
    describes: 'What it is made of, the widest first: each comes before the one above it.',
  }),
  proposal: optional(record(SettingProposal, 'The change of the holder’s values that waits for agreement.')),
};

export const settingQuery = query('setting', {
  describes:
    'What a setting says for a person, a team or the tenant: a person’s own values come before the team’s, those before the tenant’s. Oneself when nobody is named.',
  needs: signedIn,
  input: { ...targetFields, ofTenant: optional(boolean({ describes: 'The tenant’s standard alone.' })) },
  returns: answer,
  fails: ['UNKNOWN_SETTING'],
  run: async ({ ofTenant, ...named }, context) => {
    const isSelf = named.user === undefined && named.team === undefined && ofTenant !== true;
    const self = isSelf ? context.actor.userId : undefined;
    const target = await targetOf(context, { ...named, ...(self !== undefined && { user: self }) });
    const own = await ownRows(context, target);
    const openTo = target.policy?.openTo ?? 'FIXED';
    const counting = own.filter((row) => isOpenTo(openTo, row)).map(({ values }) => values);
    const place = settingPlace(target.kind.name, target.key, target.holder);
    const proposal = await context.trusted(SettingProposal).findUnique('waiting', place);
    return {
      values: inForce(target.kind, target.standard, counting),
      version: versionOf(valuesOf(target)),
      openTo,
      needsApproval: target.policy?.approval !== undefined,
      levels: [standardLevel(target), ...own.map((row) => levelOf(row, isOpenTo(openTo, row)))],
      ...(proposal && { proposal }),
    };
  },
});

/** Own values of the holder, the team's before the person's: those of a person's first team that has any. */
const ownRows = async (context: Context, { kind, key, holder }: Target): Promise<readonly OwnSettingRow[]> => {
  const { user, team } = holder;
  const teams = user === undefined ? [team].flatMap((id) => id ?? []) : await teamsOf(context, user);
  const holders: readonly Holder[] = [...teams.map((id) => ({ team: id })), ...(user === undefined ? [] : [{ user }])];
  const places = holders.map((each) => settingPlace(kind.name, key, each));
  const found = await context.trusted(OwnSetting).findAllUnique('place', places);
  const rows = places.flatMap((place) => found.get(place) ?? []).filter(({ archivedAt }) => archivedAt === undefined);
  const first = rows.find((row) => row.team !== undefined);
  return [...(first ? [first] : []), ...rows.filter((row) => row.user !== undefined)];
};

const teamsOf = async ({ trusted }: Context, user: string): Promise<readonly string[]> =>
  (await trusted(User).find(user))?.teams ?? [];

const standardLevel = (target: Target) => ({
  level: 'TENANT' as const,
  values: target.standard,
  version: versionOf(target.standard),
  counts: true,
});

const levelOf = ({ user, team, values }: OwnSettingRow, counts: boolean) => ({
  level: user === undefined ? ('TEAM' as const) : ('USER' as const),
  ...(user !== undefined && { user }),
  ...(team !== undefined && { team }),
  values,
  version: versionOf(values),
  counts,
});
