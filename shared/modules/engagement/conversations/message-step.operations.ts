import {
  choice,
  defaulted,
  given,
  longText,
  optional,
  prefixOf,
  ref,
  text,
  type AnyRow,
  type Context,
  type Values,
} from '#kernel';
import type { StepKind } from '#modules/platform/workflows';
import { Account } from '#modules/parties/accounts';
import { Contact } from '#modules/parties/contacts';
import { channelKinds } from '#modules/engagement/channels';
import { Conversation } from './conversation.entity.ts';
import { messageTemplate } from './message.entity.ts';
import { queueMessage } from './queue-message.operations.ts';

const input = {
  text: optional(longText({ max: 4096, describes: 'What it says.' })),
  canned: optional(text({ max: 60, describes: 'The key of a canned answer, in place of a text.' })),
  template: optional(messageTemplate),
  line: optional(ref('ChannelAccount', { describes: 'The account of ours that it leaves by.' })),
  channel: defaulted(
    choice(channelKinds, {
      named: 'ChannelKind',
      describes: 'The channel, of which the first account by name is taken where none is named.',
    }),
    'SMS',
  ),
  to: optional(
    text({ max: 200, describes: 'The number; that of the contact or account of the record when not said.' }),
  ),
  contact: optional(ref('Contact', { describes: 'To whom; the contact of the record when nobody is named.' })),
  kind: defaulted(
    choice(['TRANSACTIONAL', 'MARKETING'], { named: 'MessageKind', describes: 'Whether it asks for consent.' }),
    'TRANSACTIONAL',
  ),
};
type Asked = Values<typeof input>;

/** A conversation is answered in; of anything else, its contact is written to, or the number of its account. */
const placeOf = async (context: Context, { to, contact }: Asked, record: AnyRow | undefined) => {
  if (to !== undefined || contact !== undefined || !record) return given({ to, contact });
  const prefix = prefixOf(record.id);
  if (prefix === Conversation.idPrefix) return { conversation: record.id };
  if (prefix === Contact.idPrefix) return { contact: record.id };
  const person = named(record, 'contact') ?? named(record, 'mainContact');
  if (person !== undefined) return { contact: person };
  return placeAt(context, prefix === Account.idPrefix ? record.id : named(record, 'account'));
};

const placeAt = async ({ trusted }: Context, id: string | undefined) => {
  const account = id === undefined ? undefined : await trusted(Account).find(id);
  return account ? given({ to: account.phone, contact: account.mainContact }) : {};
};

const named = (record: AnyRow, field: string): string | undefined => {
  const value = record[field];
  return typeof value === 'string' ? value : undefined;
};

/** A message as a step of a workflow: the order was received, the visit is tomorrow. */
export const messageStep: StepKind = {
  key: 'message',
  describes:
    'Sends a message by SMS, WhatsApp or another channel; in a conversation it answers there. `steps.<key>.message` is its id.',
  input,
  run: async (told, { record, context }) => {
    const asked = told as Asked;
    const { text: said, canned, template, line, channel, kind } = asked;
    const about = record && prefixOf(record.id) !== Conversation.idPrefix ? record.id : undefined;
    const message = await queueMessage(context, {
      ...(await placeOf(context, asked, record)),
      ...given({ text: said, canned, template, line, about }),
      channel,
      kind,
      sentBy: 'SYSTEM',
    });
    return { output: { message: message.id } };
  },
};
