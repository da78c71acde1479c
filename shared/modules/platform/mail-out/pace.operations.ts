import type { Context } from '#kernel';
import { rememberFor } from '#kernel/remember';
import { tighter, turnIn, type Pace } from '#modules/platform/quotas';
import { Paced } from './extensions.rules.ts';
import type { MailRow } from './mail.entity.ts';

/** At most a minute old. */
const paceOf = (context: Context): Promise<Pace | undefined> =>
  rememberFor(context, `mail pace ${context.actor.tenant}`, async () => {
    const { mailPace, mailsPerDay } = (await context.trusted(Paced).find(context.actor.tenant)) ?? {};
    return tighter(mailPace, mailsPerDay);
  });

/** When a mail's turn is: a mail that was given one keeps it; without a pace there is no line. */
export const turnOf = async (context: Context, { kind, slotAt }: MailRow, now: string): Promise<string> => {
  const pace = slotAt === undefined ? await paceOf(context) : undefined;
  return pace ? turnIn(context, kind, pace, now) : (slotAt ?? now);
};
