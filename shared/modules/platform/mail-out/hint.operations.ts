import type { Context } from '#kernel';
import type { MailRow } from './mail.entity.ts';

/** The longest that a queue keeps a message back. */
const mostDelaySeconds = 900;

/** Tells the queue, ahead of time where that is near. It may be lost: the mail's own timer tells it again. */
export const hint = async (
  { ports, actor, clock, log }: Pick<Context, 'ports' | 'actor' | 'clock' | 'log'>,
  { id, sendAt }: Pick<MailRow, 'id' | 'sendAt'>,
): Promise<void> => {
  const wait = sendAt === undefined ? 0 : Math.ceil((Date.parse(sendAt) - clock.now().getTime()) / 1000);
  if (wait > mostDelaySeconds) return;
  try {
    const body = { tenant: actor.tenant, mail: id };
    await ports.queues.send('mail-out', [{ body, ...(wait > 0 && { delaySeconds: wait }) }]);
  } catch (error) {
    log.warn('A mail was not announced to its queue; its timer will do it.', { mail: id, error: String(error) });
  }
};
