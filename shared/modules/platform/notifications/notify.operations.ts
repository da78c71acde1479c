import type { Context } from '#kernel';
import { User, type UserRow } from '#modules/platform/users';
import { channelFor, notificationKinds, type Channel, type NotificationKind, type Words } from './kinds.rules.ts';
import { languageOf, mailNotice, placeOf } from './mailing.operations.ts';
import { NotificationProfile, profileOf, usualSettings, type ProfileRow } from './notification-profile.entity.ts';
import { Notification, type NotificationRow } from './notification.entity.ts';
import { nextDigest, nextLoudMoment, type Place } from './quiet-hours.rules.ts';

/** What people are to know. */
export type Notice = {
  /** Ids of users; nobody is told twice. */
  readonly to: readonly string[];
  /** A kind that a module contributes. */
  readonly kind: string;
  readonly title: Words;
  readonly body?: Words;
  /** The record that it is about. */
  readonly about?: string;
  /** By what it reaches everybody, whatever they have settled for its kind. */
  readonly channel?: Exclude<Channel, 'NONE'>;
};

/** All kinds of notifications, of all modules. */
export const kindsIn = ({ registry }: Pick<Context, 'registry'>): readonly NotificationKind[] =>
  registry.contributions(notificationKinds) as readonly NotificationKind[];

/**
 * Tells people something, each as they have settled it for its kind. Written with the unit of work of its caller, so that it
 * is told if and only if what it tells of was written. People without access are passed over.
 */
export const notify = async (context: Context, notice: Notice): Promise<readonly NotificationRow[]> => {
  const kind = kindsIn(context).find(({ key }) => key === notice.kind);
  if (!kind) throw new Error(`No module contributes the kind of notification ${notice.kind}.`);
  const ids = [...new Set(notice.to)];
  const [people, settings] = await Promise.all([
    context.trusted(User).getMany(ids),
    context.trusted(NotificationProfile).getMany(ids.map(profileOf)),
  ]);
  const readers = [...people.values()]
    .filter(({ status }) => status !== 'DEACTIVATED')
    .map((reader) => ({ reader, settings: settings.get(profileOf(reader.id)) }))
    .map((each) => ({ ...each, channel: notice.channel ?? channelFor(kind, each.settings?.chosen) }))
    .filter(({ channel }) => channel !== 'NONE');
  const isMailed = readers.some(({ channel }) => channel !== 'IN_APP');
  const place = isMailed ? await placeOf(context) : undefined;
  const told: NotificationRow[] = [];
  for (const each of readers) told.push(await tell(context, notice, each, place?.(each.reader)));
  return told;
};

type Reader = {
  readonly reader: UserRow;
  readonly settings: ProfileRow | undefined;
  readonly channel: NotificationRow['channel'];
};

const tell = async (
  context: Context,
  { kind, title, body, about }: Notice,
  { reader, settings, channel }: Reader,
  place: Place | undefined,
): Promise<NotificationRow> => {
  const locale = languageOf(context, reader);
  const words = { title: title[locale].slice(0, 300), ...(body && { body: body[locale].slice(0, 2000) }) };
  if (channel === 'DIGEST' && place) awaitDigest(context, reader, settings, place);
  const mailing = channel === 'MAIL' && place ? await mailOrWait(context, reader, words, settings, place) : {};
  const rest = { ...words, ...mailing, ...(about !== undefined && { about }) };
  return context.trusted(Notification).create({ user: reader.id, kind, channel, ...rest });
};

/** Out of quiet hours the mail goes out with what it tells of; else the notification waits for their end. */
const mailOrWait = async (
  context: Context,
  reader: UserRow,
  words: Pick<NotificationRow, 'title' | 'body'>,
  settings: ProfileRow | undefined,
  place: Place,
): Promise<Partial<Pick<NotificationRow, 'mailAt' | 'mailedAt'>>> => {
  const now = context.clock.instant();
  const mailAt = nextLoudMoment(now, settings ?? usualSettings, place);
  if (mailAt !== now) return { mailAt };
  await mailNotice(context, reader, words);
  return { mailedAt: now };
};

/** The digest has a timer only while something waits for it. */
const awaitDigest = (context: Context, { id: user }: UserRow, settings: ProfileRow | undefined, place: Place): void => {
  if (settings?.nextDigestAt !== undefined) return;
  const quiet = settings ?? usualSettings;
  const nextDigestAt = nextDigest(context.clock.instant(), quiet.digestAt, quiet, place);
  const rows = context.trusted(NotificationProfile);
  if (settings) rows.update(settings, { nextDigestAt });
  else rows.create({ user, nextDigestAt }, { id: profileOf(user) });
};
