import type { AnyRow, Context, FieldMap, Problem, Registry } from '#kernel';

/** The values of a setting, by field. */
export type SettingValues = Readonly<Record<string, unknown>>;

/** A kind of setting that the tenant governs: its stages, its templates, its lists. Modules contribute it to `settingKinds`. */
export type SettingKind = {
  /** PIPELINE, MAIL_TEMPLATE. */
  readonly name: string;
  readonly describes: string;
  /** The permission that changing the standard asks for. */
  readonly needs: string;
  /** The settings of the kind that there are. */
  keys(context: Context): Promise<readonly string[]>;
  /** What the standard consists of. */
  fields(registry: Registry, key: string): FieldMap;
  /** What teams and users may settle for themselves; nothing where it makes no sense. */
  ownFields(registry: Registry, key: string): FieldMap | undefined;
  /** The records that hold the standard; their history is the setting's. */
  rows(context: Context, key: string): Promise<readonly AnyRow[]>;
  /** The standard that these records say; undefined where there is no such setting. Pure, so that it answers for the past too. */
  standard(rows: readonly AnyRow[], key: string, registry: Registry): SettingValues | undefined;
  /** Writes another standard, by the rules of its module. @throws DomainError */
  write(context: Context, key: string, values: SettingValues): Promise<void>;
  /** What is wrong with values that a team or user settles, seen from the standard. */
  ownProblems?(own: SettingValues, standard: SettingValues): readonly Problem[] | Promise<readonly Problem[]>;
  /** The standard with own values over it; field by field when not said. */
  merge?(standard: SettingValues, own: SettingValues): SettingValues;
};

/** The extension point. */
export const settingKinds = 'settings.kinds';

/** How far a setting is open: to nobody but the tenant, to teams, or to teams and users. */
export const openings = ['FIXED', 'TEAMS', 'USERS'] as const;

/** Whose values these are: a user's, a team's, or with neither the tenant's own. */
export type Holder = { readonly user?: string | undefined; readonly team?: string | undefined };

/** A setting by one name: `PIPELINE/pip_...`, and `PIPELINE/pip_.../tea_...` as a team has it. */
export const settingPlace = (kind: string, key = '*', { user, team }: Holder = {}): string =>
  [kind, key, ...(user === undefined ? [] : [user]), ...(team === undefined ? [] : [team])].join('/');

/** Whether a setting that is open so far lets such a holder have own values. */
export const isOpenTo = (openTo: (typeof openings)[number], { user, team }: Holder): boolean =>
  (user === undefined && team === undefined) || openTo === 'USERS' || (openTo === 'TEAMS' && user === undefined);

/** The standard with own values over it, the widest first. */
export const inForce = (
  kind: Pick<SettingKind, 'merge'>,
  standard: SettingValues,
  own: readonly SettingValues[],
): SettingValues =>
  own.reduce((values, each) => (kind.merge ? kind.merge(values, each) : { ...values, ...each }), standard);
