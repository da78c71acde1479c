import type { ChannelKind, MessageTemplate } from '#modules/engagement/channels';

/** A message to be sent: an answer within a conversation, or to whom and by which account it begins one. */
export type MessageOrder = {
  readonly conversation?: string;
  readonly line?: string;
  readonly channel?: ChannelKind;
  readonly to?: string;
  readonly contact?: string;
  readonly text?: string;
  readonly canned?: string;
  readonly values?: Readonly<Record<string, string>>;
  readonly template?: MessageTemplate;
  readonly file?: string;
  readonly kind?: 'TRANSACTIONAL' | 'MARKETING';
  readonly about?: string;
  readonly sendAt?: string;
  /** The campaign that it belongs to. */
  readonly campaign?: string;
  /** Its gaps are filled as those of a canned answer. */
  readonly fillsGaps?: true;
  /** What it is one of: of the same, nobody gets two. */
  readonly once?: string;
  readonly sentBy?: 'PERSON' | 'BOT' | 'SYSTEM';
};
