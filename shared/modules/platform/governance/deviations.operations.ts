import {
  boolean,
  dateTime,
  defaulted,
  integer,
  json,
  list,
  object,
  optional,
  query,
  readOn,
  record,
  ref,
  text,
  type Context,
} from '#kernel';
import { isOpenTo, OwnSetting, policyFor, type OwnSettingRow, type SettingValues } from '#modules/platform/settings';
import { Team } from '#modules/platform/teams';
import { User } from '#modules/platform/users';
import { governing, kindOf } from './target.operations.ts';

const deviationFields = {
  kind: text({ describes: 'The kind of setting.' }),
  key: text({ describes: 'Which one.' }),
  user: optional(record(User, 'The person who deviates.')),
  team: optional(record(Team, 'The team that deviates.')),
  differences: list(
    object('SettingDifference', {
      field: text({ describes: 'Which value.' }),
      standard: optional(json({ describes: 'What the tenant says.' })),
      own: optional(json({ describes: 'What they have settled.' })),
    }),
    { max: 200, describes: 'How: the values that are not the tenant’s.' },
  ),
  counts: boolean({ describes: 'Whether it counts: whether the setting is still open to them.' }),
  since: dateTime({ describes: 'When it was changed last.' }),
};

export const settingDeviations = query('settingDeviations', {
  describes: 'Who deviates from the tenant’s standard, where, and how: the report of the degree of standardisation.',
  needs: governing,
  input: {
    kind: optional(text({ max: 40, describes: 'Only this kind of setting.' })),
    team: optional(ref('Team', { describes: 'Only this team.' })),
    user: optional(ref('User', { describes: 'Only this person.' })),
    first: defaulted(integer({ min: 1, max: 1000, describes: 'So many own settings are looked at.' }), 200),
  },
  returns: {
    deviations: list(object('SettingDeviation', deviationFields), { max: 1000, describes: 'By setting.' }),
    isComplete: boolean({ describes: 'Whether that is all there is.' }),
  },
  run: async ({ kind, team, user, first }, context) => {
    const { rows, isComplete } = await ownSettings(context, { kind, team, user }, first);
    const found = await Promise.all(rows.map((row) => deviationOf(context, row)));
    return { deviations: found.flatMap((each) => each ?? []), isComplete };
  },
});

type Asked = {
  readonly kind: string | undefined;
  readonly team: string | undefined;
  readonly user: string | undefined;
};

const ownSettings = async ({ trusted }: Context, { kind, team, user }: Asked, most: number) => {
  const own = trusted(OwnSetting);
  const { rows, isComplete } = await readOn((asked) => {
    if (user !== undefined) return own.page('byUser', { of: user, ...asked });
    if (team !== undefined) return own.page('byTeam', { of: team, ...asked });
    return kind === undefined ? own.page('all', asked) : own.page('byKind', { of: kind, ...asked });
  }, most);
  const asked = rows.filter((row) => (kind ?? row.kind) === row.kind && row.archivedAt === undefined);
  return { rows: asked, isComplete };
};

/** Nothing where the setting has gone, or what was settled has become the standard meanwhile. */
const deviationOf = async (context: Context, row: OwnSettingRow) => {
  const kind = kindOf(context, row.kind);
  const standard = kind.standard(await kind.rows(context, row.key), row.key, context.registry);
  const differences = standard ? differencesOf(standard, row.values) : [];
  if (differences.length === 0) return undefined;
  const [policy, user, team] = await Promise.all([
    policyFor(context, row.kind, row.key),
    row.user === undefined ? undefined : context.trusted(User).find(row.user),
    row.team === undefined ? undefined : context.trusted(Team).find(row.team),
  ]);
  const counts = isOpenTo(policy?.openTo ?? 'FIXED', row);
  return {
    kind: row.kind,
    key: row.key,
    ...(user && { user }),
    ...(team && { team }),
    differences,
    counts,
    since: row.updatedAt,
  };
};

const differencesOf = (standard: SettingValues, own: SettingValues) =>
  Object.entries(own)
    .filter(([field, value]) => JSON.stringify(value) !== JSON.stringify(standard[field]))
    .map(([field, value]) => ({
      field,
      own: value,
      ...(standard[field] !== undefined && { standard: standard[field] }),
    }));
