import { DomainError, list, mutation, object, optional, query, signedIn, text, type Context } from '#kernel';
import { readerOf } from './inbox.operations.ts';
import { channelFor, type ChannelChoice } from './kinds.rules.ts';
import {
  choiceFields,
  NotificationProfile,
  quietFields,
  profileOf,
  usualSettings,
} from './notification-profile.entity.ts';
import { kindsIn } from './notify.operations.ts';

const settingsFields = {
  kinds: list(
    object('NotificationKindSetting', {
      ...choiceFields,
      label: text({ describes: 'What people call it, in one’s own language.' }),
    }),
    { max: 200, describes: 'Every kind of notification, and how it reaches one.' },
  ),
  ...quietFields,
};

const shown = async (context: Context) => {
  const { trusted, actor } = context;
  const settings = await trusted(NotificationProfile).find(profileOf(readerOf(context)));
  const { quietFrom, quietTo, quietOnFreeDays, digestAt } = settings ?? usualSettings;
  const kinds = kindsIn(context).map((kind) => ({
    kind: kind.key,
    label: kind.label[actor.locale],
    channel: channelFor(kind, settings?.chosen),
  }));
  return { kinds, quietFrom, quietTo, quietOnFreeDays, digestAt };
};

export const myNotificationSettings = query('myNotificationSettings', {
  describes: 'How notifications reach one: each kind, quiet hours, the time of the digest.',
  needs: signedIn,
  input: {},
  returns: settingsFields,
  run: (_input, context) => shown(context),
});

export const updateMyNotificationSettings = mutation('updateMyNotificationSettings', {
  describes: 'Settles how notifications reach one. Kinds and times that are not named stay as they are.',
  needs: signedIn,
  input: {
    kinds: optional(list(object('ChannelChoiceInput', choiceFields), { max: 200, describes: 'Kinds to choose for.' })),
    quietFrom: optional(quietFields.quietFrom),
    quietTo: optional(quietFields.quietTo),
    quietOnFreeDays: optional(quietFields.quietOnFreeDays),
    digestAt: optional(quietFields.digestAt),
  },
  returns: settingsFields,
  run: async ({ kinds = [], ...times }, context) => {
    assertKnown(context, kinds);
    const user = readerOf(context);
    const rows = context.trusted(NotificationProfile);
    const settings = await rows.find(profileOf(user));
    const kept = (settings?.chosen ?? []).filter(({ kind }) => !kinds.some((named) => named.kind === kind));
    const changes = { ...times, chosen: [...kept, ...kinds] };
    if (settings) rows.update(settings, changes);
    else rows.create({ user, ...changes }, { id: profileOf(user) });
    return shown(context);
  },
});

const assertKnown = (context: Context, chosen: readonly ChannelChoice[]): void => {
  const known = kindsIn(context).map(({ key }) => key);
  const unknown = chosen.find(({ kind }) => !known.includes(kind));
  if (unknown)
    throw new DomainError('BAD_INPUT', `There is no kind ${unknown.kind}. There are ${known.join(', ')}.`, ['kinds']);
};
