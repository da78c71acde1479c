import type { AlertChannel } from '#modules/platform/alerts';
import { attempt } from '#modules/platform/jobs';
import { User } from '#modules/platform/users';
import { queueMessage } from './queue-message.operations.ts';

/** Text messages to people of the tenant. Who has no number, or where no account sends them, is told otherwise. */
export const alertsBySms: AlertChannel = {
  key: 'SMS',
  tell: async (context, id, { occasion, text }) => {
    const person = await context.trusted(User).find(id);
    if (person?.phone === undefined) return false;
    const { phone: to } = person;
    const said = text[person.locale ?? context.actor.locale];
    const { error } = await attempt(context, `alert by SMS ${occasion} ${id}`, (each) =>
      queueMessage(each, { channel: 'SMS', to, text: said, sentBy: 'SYSTEM' }),
    );
    return error === undefined;
  },
};
