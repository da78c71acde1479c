import {
  dateTime,
  defaulted,
  DomainError,
  integer,
  json,
  list,
  longText,
  mutation,
  object,
  optional,
  query,
  record,
  signedIn,
  text,
  type Context,
} from '#kernel';
import { readCorrelated, readVersions } from '#kernel/feed';
import { User, type UserRow } from '#modules/platform/users';
import { changeAnswer, changeFailures, changeTo } from './change-setting.operations.ts';
import { SettingProposal } from './setting-proposal.entity.ts';
import { assertMayChange, targetFields, targetOf, type Target } from './target.operations.ts';
import { ownIn, standardIn, versionsFrom, type SettingVersion } from './versions.rules.ts';

/** The versions of a setting, newest first, from the log of the records that hold it. */
const versionsOf = async (context: Context, target: Target): Promise<readonly SettingVersion[]> => {
  const { ports, actor, registry } = context;
  const { kind, key, isOwn, own, rows } = target;
  const ids = isOwn ? [own].flatMap((row) => row?.id ?? []) : rows.map(({ id }) => id);
  const logs = await Promise.all(ids.map((id) => readVersions(ports.table, actor.tenant, id, { from: 1 })));
  const events = logs.flat().map(({ event }) => event);
  return [...versionsFrom(registry, events, isOwn ? ownIn : standardIn(kind, key, registry))].reverse();
};

const versionFields = {
  at: dateTime({ describes: 'When.' }),
  by: text({ describes: 'Who did it: a user, a key, or the product.' }),
  user: optional(record(User, 'The person; of an approved proposal the one who made it.')),
  proposal: optional(record(SettingProposal, 'The proposal that it came of.')),
  from: optional(json({ describes: 'The values before.' })),
  to: optional(json({ describes: 'The values from then on; absent for going back to the standard.' })),
};

export const settingVersions = query('settingVersions', {
  describes: 'What a setting said over time: who changed it, when, from what, to what. The newest first.',
  needs: signedIn,
  input: { ...targetFields, first: defaulted(integer({ min: 1, max: 100, describes: 'At most so many.' }), 20) },
  returns: { versions: list(object('SettingVersion', versionFields), { max: 100, describes: 'The newest first.' }) },
  fails: ['UNKNOWN_SETTING'],
  run: async ({ first, ...named }, context) => {
    const target = await targetOf(context, named);
    if (target.isOwn) await assertMayChange(context, target);
    const versions = (await versionsOf(context, target)).slice(0, first);
    return { versions: await Promise.all(versions.map((version) => shown(context, version))) };
  },
});

const shown = async (context: Context, { at, actor, correlationId, from, to }: SettingVersion) => {
  const proposal = actor.startsWith('system:') ? await proposalOf(context, correlationId) : undefined;
  const user = await personOf(context, proposal?.askedBy ?? actor);
  return {
    at,
    by: actor,
    ...(user && { user }),
    ...(proposal && { proposal }),
    ...(from && { from }),
    ...(to && { to }),
  };
};

const personOf = async ({ data }: Context, id: string): Promise<UserRow | undefined> =>
  id.startsWith(`${User.idPrefix}_`) ? data(User).find(id) : undefined;

/** What was applied was written together with its proposal. */
const proposalOf = async ({ ports, actor, trusted }: Context, correlationId: string) => {
  const { events } = await readCorrelated(ports.table, actor.tenant, correlationId);
  const found = events.find(({ record: { type } }) => type === SettingProposal.name);
  return found && trusted(SettingProposal).find(found.record.id);
};

export const restoreSetting = mutation('restoreSetting', {
  describes:
    'Gives a setting the values again that it had at a moment, as a change like any other: where it needs agreement, as a proposal.',
  needs: signedIn,
  input: {
    ...targetFields,
    at: dateTime({ describes: 'The moment, such as `settingVersions` tells.' }),
    reason: optional(longText({ max: 2000, describes: 'Why.' })),
  },
  returns: changeAnswer,
  fails: [...changeFailures, 'NO_SUCH_VERSION'],
  run: async ({ at, reason, ...named }, context) => {
    const target = await targetOf(context, named);
    await assertMayChange(context, target);
    const then = (await versionsOf(context, target)).find((version) => version.at <= at);
    if (!then && !target.isOwn) throw new DomainError('NO_SUCH_VERSION', `The setting did not exist at ${at}.`, ['at']);
    return changeTo(context, target, then?.to, reason);
  },
});
