/** Ways by which a notification reaches a person. All but NONE show it in the product. */
export const channels = ['NONE', 'IN_APP', 'DIGEST', 'MAIL'] as const;
export type Channel = (typeof channels)[number];

/** Text in the languages of the product. */
export type Words = { readonly es: string; readonly en: string };

/** A kind of notification that a module sends. */
export type NotificationKind = {
  /** `reminder.due`: what it is for programs. */
  readonly key: string;
  /** What people call it. */
  readonly label: Words;
  /** How it reaches those who have not chosen. */
  readonly usual: Exclude<Channel, 'NONE'>;
};
/** The extension point for them. */
export const notificationKinds = 'notifications.kinds';

/** What a person has chosen for a kind. */
export type ChannelChoice = { readonly kind: string; readonly channel: Channel };

/** How a kind reaches a person. */
export const channelFor = ({ key, usual }: NotificationKind, chosen: readonly ChannelChoice[] = []): Channel =>
  chosen.find(({ kind }) => kind === key)?.channel ?? usual;
