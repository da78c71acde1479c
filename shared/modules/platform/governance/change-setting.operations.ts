import { DomainError, json, longText, mutation, optional, record, signedIn, text, type Context } from '#kernel';
import { askApproval } from '#modules/platform/approvals';
import { OwnSetting, settingPlace, type SettingValues } from '#modules/platform/settings';
import { SettingProposal, type ProposalRow } from './setting-proposal.entity.ts';
import {
  acceptValues,
  assertMayChange,
  assertOpen,
  targetFields,
  targetOf,
  valuesOf,
  versionOf,
  type Target,
} from './target.operations.ts';

/** Errors of operations that change a setting. */
export const changeFailures = [
  'UNKNOWN_SETTING',
  'SETTING_FIXED',
  'NO_APPROVAL_POLICY',
  'NO_APPROVER',
  'STAGE_REMOVED',
  'TEMPLATE_INVALID',
  'KEY_IS_FIXED',
  'DEFINITION_FIXED',
  'KIND_WOULD_BREAK',
  'OPTION_REMOVED',
  'NOT_CUSTOMIZABLE',
] as const;

/** What changing a setting answers. */
export const changeAnswer = {
  setting: optional(record(OwnSetting, 'The own values; absent for the tenant’s, and while they wait for approval.')),
  proposal: optional(
    record(SettingProposal, 'The proposal, where others must agree first; absent when it counts at once.'),
  ),
};

export const changeSetting = mutation('changeSetting', {
  describes:
    'Changes a setting: of the tenant, or where its policy is open the own values of a team or person. Who must agree is asked first; until then nothing changes.',
  needs: signedIn,
  input: {
    ...targetFields,
    values: optional(
      json({
        describes:
          'The values, by field: all of the tenant’s, of a team or person those that differ. Absent: back to the standard.',
      }),
    ),
    reason: optional(longText({ max: 2000, describes: 'Why; who must agree reads it.' })),
    version: optional(
      text({
        max: 40,
        describes: 'The version of the values that the change was made on; another one answers STALE_VERSION.',
      }),
    ),
  },
  returns: changeAnswer,
  fails: changeFailures,
  run: async ({ values, reason, version, ...named }, context) => {
    const target = await targetOf(context, named);
    const current = versionOf(valuesOf(target));
    if (version !== undefined && version !== current)
      throw new DomainError('STALE_VERSION', `The setting is at version ${current}.`, ['version']);
    return changeTo(context, target, values ?? undefined, reason);
  },
});

/** Gives a setting other values, or asks those who must agree. Without values a team or person follows the standard again. */
export const changeTo = async (context: Context, target: Target, values: unknown, reason?: string) => {
  await assertMayChange(context, target);
  // Going back to the standard is always open, also once a setting has become fixed.
  if (values !== undefined) assertOpen(target);
  else if (!target.isOwn)
    throw new DomainError('BAD_INPUT', 'The tenant’s own values are the standard; say which.', ['values']);
  const accepted = values === undefined ? undefined : await acceptValues(context, target, values);
  if (target.policy?.approval !== undefined) return { proposal: await propose(context, target, accepted, reason) };
  const setting = await applyValues(context, target, accepted);
  return setting ? { setting } : {};
};

const propose = async (
  context: Context,
  target: Target,
  to: SettingValues | undefined,
  reason: string | undefined,
): Promise<ProposalRow> => {
  const { kind, key, holder, policy } = target;
  const from = valuesOf(target);
  const proposals = context.trusted(SettingProposal);
  const proposal = proposals.create({
    kind: kind.name,
    key,
    ...(holder.user !== undefined && { user: holder.user }),
    ...(holder.team !== undefined && { team: holder.team }),
    ...(from && { from }),
    ...(to && { to }),
    ...(reason !== undefined && { reason }),
    ...(context.actor.userId !== undefined && { askedBy: context.actor.userId }),
    waiting: settingPlace(kind.name, key, holder),
  });
  const approval = await askApproval(context, {
    about: proposal.id,
    kind: policy?.approval ?? '',
    subject: `${kind.name} ${key}`.slice(0, 200),
    ...(reason !== undefined && { reason }),
  });
  return proposals.update(proposal, { approval: approval.id });
};

/** Writes the values; answers the holder's row, where it is not the tenant's. */
export const applyValues = async (context: Context, target: Target, values: SettingValues | undefined) => {
  const { kind, key, holder, own, isOwn } = target;
  if (!isOwn) {
    await kind.write(context, key, values ?? {});
    return undefined;
  }
  const settings = context.trusted(OwnSetting);
  if (!values) return own && own.archivedAt === undefined ? settings.archive(own) : own;
  if (!own)
    return settings.create({
      kind: kind.name,
      key,
      ...withoutAbsent(holder),
      values,
      place: settingPlace(kind.name, key, holder),
    });
  return settings.update(own.archivedAt === undefined ? own : settings.restore(own), { values });
};

const withoutAbsent = ({ user, team }: Target['holder']) => ({
  ...(user !== undefined && { user }),
  ...(team !== undefined && { team }),
});
