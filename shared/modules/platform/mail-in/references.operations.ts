import { createHash } from 'node:crypto';
import { derivedId, type Context } from '#kernel';
import { MailReference, type MailReferenceRow } from './mail-reference.entity.ts';

/** What a mail is recognised by. */
export type ReferenceKey =
  | readonly ['message', string]
  | readonly ['topic', topic: string, address: string]
  | readonly ['about', record: string, address: string]
  | readonly ['mail', string];

/** Its id says what it is made of to nobody, and is the same each time. */
const referenceId = (key: ReferenceKey): string =>
  derivedId(MailReference.idPrefix, 'mail-reference', [createHash('sha256').update(key.join('\n')).digest('hex')]);

/** The mail service writes Message-IDs of its own, in the domain of its region. */
export const messageKey = (messageId: string): ReferenceKey => [
  'message',
  /^(.+)@(?:[\w-]+\.)*amazonses\.com$/i.exec(messageId)?.[1] ?? messageId,
];

/** References by their keys, in order; read as they are now. */
export const findReferences = async (
  { trusted }: Context,
  keys: readonly ReferenceKey[],
): Promise<readonly MailReferenceRow[]> => {
  if (keys.length === 0) return [];
  const ids = keys.map(referenceId);
  const found = await trusted(MailReference).getMany(ids);
  return ids.flatMap((id) => found.get(id) ?? []);
};

const dayLength = 86_400_000;

/** Lets mails be recognised as those of a conversation. Message-IDs and mails of ours never change theirs. */
export const keepReferences = async (
  context: Context,
  keys: readonly ReferenceKey[],
  thread: string,
  seenAt: string,
): Promise<void> => {
  const rows = context.trusted(MailReference);
  const known = await rows.getMany(keys.map(referenceId));
  for (const key of keys) {
    const before = known.get(referenceId(key));
    if (!before) rows.create({ thread, seenAt }, { id: referenceId(key), aside: true });
    else if (key[0] === 'topic' || key[0] === 'about') renew(context, before, thread, seenAt);
  }
};

/** Written once a day at most while the conversation goes on. */
const renew = ({ trusted }: Context, before: MailReferenceRow, thread: string, seenAt: string): void => {
  const isRecent = Date.parse(seenAt) - Date.parse(before.seenAt) < dayLength;
  if (before.thread === thread && isRecent) return;
  trusted(MailReference).update(before, { thread, seenAt }, { aside: true });
};
