import { DomainError, readOn, type Context } from '#kernel';
import { forget, rememberFor } from '#kernel/remember';
import { OwnSetting } from './own-setting.entity.ts';
import { isOpenTo, settingPlace, type Holder, type SettingValues } from './setting-kinds.rules.ts';
import { SettingPolicy, type SettingPolicyRow } from './setting-policy.entity.ts';

/** Most policies of a tenant. */
const mostPolicies = 1000;

const policiesOf = (tenant: string): string => `setting policies ${tenant}`;

type Policies = ReadonlyMap<string, SettingPolicyRow>;

const readPolicies = async ({ trusted }: Context): Promise<Policies> => {
  const { rows } = await readOn((asked) => trusted(SettingPolicy).page('all', asked), mostPolicies);
  return new Map(rows.map((row) => [row.place, row]));
};

/** How a setting is governed, at most a minute old: by its own policy, or by that of its kind. */
export const policyFor = async (context: Context, kind: string, key: string): Promise<SettingPolicyRow | undefined> => {
  const name = policiesOf(context.actor.tenant);
  const policies = await rememberFor(context, name, () => readPolicies(context));
  return policies.get(settingPlace(kind, key)) ?? policies.get(settingPlace(kind));
};

/** This container knows a changed policy at once. */
export const renewPolicies = (context: Context): void => {
  context.afterCommit(() => {
    forget(context, policiesOf(context.actor.tenant));
    return Promise.resolve();
  });
};

/** For whom own values count: a person with the teams of that person, or teams alone. */
export type Whose = Pick<Context['actor'], 'userId' | 'teams' | 'ownTeams'>;

/** The holders whose values may count, the widest last: the person, then the own teams in their order. */
const holdersOf = ({ userId, ownTeams, teams }: Whose): readonly Holder[] => [
  ...(userId === undefined ? [] : [{ user: userId }]),
  ...(ownTeams ?? teams).map((team) => ({ team })),
];

/**
 * What counts for the actor, or whomever one names, in place of the tenant's own values, the widest first: those of a team (of
 * several, the first one of the person that has any), then those of the person. Asks for nothing where the setting is fixed.
 */
export const ownValues = async (
  context: Context,
  kind: string,
  key: string,
  whose: Whose = context.actor,
): Promise<readonly SettingValues[]> => {
  const policy = await policyFor(context, kind, key);
  if (!policy || policy.openTo === 'FIXED') return [];
  const places = holdersOf(whose)
    .filter((holder) => isOpenTo(policy.openTo, holder))
    .map((holder) => settingPlace(kind, key, holder));
  const found = await context.trusted(OwnSetting).findAllUnique('place', places);
  const own = places.flatMap((place) => found.get(place) ?? []).filter(({ archivedAt }) => archivedAt === undefined);
  const [team, user] = [own.find((row) => row.team !== undefined), own.find((row) => row.user !== undefined)];
  return [team, user].flatMap((row) => (row ? [row.values] : []));
};

/**
 * Refuses a change past those who must agree to it: it is proposed by `changeSetting` instead. For the operations of modules whose
 * records hold settings. @throws APPROVAL_NEEDED
 */
export const assertNoApproval = async (context: Context, kind: string, key: string): Promise<void> => {
  const policy = await policyFor(context, kind, key);
  if (policy?.approval === undefined) return;
  throw new DomainError(
    'APPROVAL_NEEDED',
    `Changes of ${settingPlace(kind, key)} need approval; propose them by changeSetting.`,
  );
};
