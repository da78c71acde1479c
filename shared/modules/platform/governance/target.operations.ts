import { createHash } from 'node:crypto';
import { DomainError, forbidden, mayDo, notFound, optional, ref, text, type AnyRow, type Context } from '#kernel';
import { ordered } from '#kernel/row-changes';
import { parseInput } from '#kernel/validate';
import {
  isOpenTo,
  OwnSetting,
  policyFor,
  settingKinds,
  settingPlace,
  type Holder,
  type OwnSettingRow,
  type SettingKind,
  type SettingPolicyRow,
  type SettingValues,
} from '#modules/platform/settings';
import { Team } from '#modules/platform/teams';
import { User } from '#modules/platform/users';

/** The permission to govern: own values of others, policies, the report. */
export const governing = 'setting.govern';

/** What names a setting and whose values are meant. */
export const targetFields = {
  kind: text({ max: 40, describes: 'The kind of setting, as `settingKinds` names it: PIPELINE.' }),
  key: text({ max: 120, describes: 'Which one.' }),
  user: optional(ref('User', { describes: 'Whose own values, where they are a person’s.' })),
  team: optional(ref('Team', { describes: 'Whose own values, where they are a team’s; the tenant’s with neither.' })),
};

type Named = Holder & { readonly kind: string; readonly key: string };

/** A setting as one holder has it: its standard, its policy, and the holder's own row where there has been one. */
export type Target = {
  readonly kind: SettingKind;
  readonly key: string;
  readonly holder: Holder;
  readonly isOwn: boolean;
  readonly rows: readonly AnyRow[];
  readonly standard: SettingValues;
  readonly policy: SettingPolicyRow | undefined;
  readonly own: OwnSettingRow | undefined;
};

/** All kinds of settings. */
export const kindsOf = ({ registry }: Pick<Context, 'registry'>): readonly SettingKind[] =>
  registry.contributions(settingKinds) as readonly SettingKind[];

/** @throws UNKNOWN_SETTING with the kinds that there are */
export const kindOf = (context: Context, name: string): SettingKind => {
  const found = kindsOf(context).find((kind) => kind.name === name);
  if (found) return found;
  const names = kindsOf(context).map((kind) => kind.name);
  throw new DomainError('UNKNOWN_SETTING', `There is no kind of setting ${name}; there are ${names.join(', ')}.`, [
    'kind',
  ]);
};

/** @throws UNKNOWN_SETTING, NOT_FOUND, BAD_INPUT */
export const targetOf = async (context: Context, { kind: name, key, user, team }: Named): Promise<Target> => {
  const kind = kindOf(context, name);
  const holder = { ...(user !== undefined && { user }), ...(team !== undefined && { team }) };
  if (user !== undefined && team !== undefined)
    throw new DomainError('BAD_INPUT', 'Name a person or a team, not both.', ['team']);
  await assertHolder(context, holder);
  const [rows, policy, own] = await Promise.all([
    kind.rows(context, key),
    policyFor(context, name, key),
    ownRow(context, settingPlace(name, key, holder), holder),
  ]);
  const standard = kind.standard(rows, key, context.registry);
  if (!standard) throw new DomainError('UNKNOWN_SETTING', `There is no setting ${settingPlace(name, key)}.`, ['key']);
  return { kind, key, holder, isOwn: user !== undefined || team !== undefined, rows, standard, policy, own };
};

const ownRow = (context: Context, place: string, { user, team }: Holder): Promise<OwnSettingRow | undefined> =>
  user === undefined && team === undefined
    ? Promise.resolve(undefined)
    : context.trusted(OwnSetting).findUnique('place', place);

const assertHolder = async ({ trusted }: Context, { user, team }: Holder): Promise<void> => {
  if (user !== undefined && !(await trusted(User).find(user))) throw notFound('User', user);
  if (team !== undefined && !(await trusted(Team).find(team))) throw notFound('Team', team);
};

/** What the holder has settled; undefined where a team or person follows the standard. */
export const valuesOf = ({ isOwn, own, standard }: Target): SettingValues | undefined => {
  if (!isOwn) return standard;
  return own && own.archivedAt === undefined ? own.values : undefined;
};

/** A mark that is another one for other values: what a change was made on. */
export const versionOf = (values: SettingValues | undefined): string =>
  createHash('sha256')
    .update(JSON.stringify(ordered(values ?? null)))
    .digest('base64url')
    .slice(0, 16);

/** One's own values are one's own, a team's are for who leads it; all others for who governs. @throws FORBIDDEN */
export const assertMayChange = async (context: Context, { kind, holder }: Target): Promise<void> => {
  const { actor, trusted } = context;
  const { user, team } = holder;
  if (user === undefined && team === undefined) {
    if (!mayDo(actor, kind.needs)) throw forbidden(`The tenant’s own values need the permission ${kind.needs}.`);
    return;
  }
  if (mayDo(actor, governing) || (user !== undefined && user === actor.userId)) return;
  const led = team === undefined ? undefined : (await trusted(Team).find(team))?.manager;
  if (led === undefined || led !== actor.userId)
    throw forbidden(`Values of others need the permission ${governing}; those of a team are for who leads it.`);
};

/** @throws SETTING_FIXED */
export const assertOpen = ({ kind, key, holder, policy, isOwn }: Target): void => {
  if (!isOwn || isOpenTo(policy?.openTo ?? 'FIXED', holder)) return;
  const who = policy?.openTo === 'TEAMS' ? 'open to teams, not to single users' : 'fixed by the tenant';
  throw new DomainError('SETTING_FIXED', `${settingPlace(kind.name, key)} is ${who}.`, ['key']);
};

/** The values as they are stored. @throws BAD_INPUT, SETTING_FIXED, and what the kind's own rules find */
export const acceptValues = async (context: Context, target: Target, values: unknown): Promise<SettingValues> => {
  const { kind, key, isOwn, standard } = target;
  const { registry } = context;
  const fields = isOwn ? kind.ownFields(registry, key) : kind.fields(registry, key);
  if (!fields)
    throw new DomainError('SETTING_FIXED', `${settingPlace(kind.name, key)} is the same for everybody.`, ['key']);
  const accepted = parseInput(fields, values, { path: ['values'], country: context.actor.country }) as SettingValues;
  const [problem] = isOwn ? ((await kind.ownProblems?.(accepted, standard)) ?? []) : [];
  if (problem) throw new DomainError(problem.code, problem.message, ['values', ...(problem.path ?? [])]);
  return accepted;
};
