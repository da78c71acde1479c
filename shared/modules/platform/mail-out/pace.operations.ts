import type { Context } from '#kernel';
import { rememberFor } from '#kernel/remember';
import { colleagues, tighter, turnIn, type Pace } from '#modules/platform/quotas';
import { User } from '#modules/platform/users';
import { Paced } from './extensions.rules.ts';
import type { MailRow } from './mail.entity.ts';

/** How fast mails go out, those to colleagues apart: of the pace of the tenant these have no day. */
type Paces = { readonly usual: Pace | undefined; readonly colleagues: Pace | undefined };

/** At most a minute old. */
const pacesOf = (context: Context): Promise<Paces> =>
  rememberFor(context, `mail pace ${context.actor.tenant}`, async () => {
    const { mailPace, mailsPerDay } = (await context.trusted(Paced).find(context.actor.tenant)) ?? {};
    const { perDay: _perDay, ...hasty } = mailPace ?? {};
    return { usual: tighter(mailPace, mailsPerDay), colleagues: tighter(mailPace && hasty, mailsPerDay) };
  });

/** When a mail's turn is: a mail that was given one keeps it; without a pace there is no line. */
export const turnOf = async (context: Context, mail: MailRow, now: string): Promise<string> => {
  if (mail.slotAt !== undefined) return mail.slotAt;
  const paces = await pacesOf(context);
  if (!paces.usual) return now;
  const line = (await isToColleagues(context, mail)) ? colleagues : mail.kind;
  const pace = line === colleagues ? paces.colleagues : paces.usual;
  return pace ? turnIn(context, line, pace, now) : now;
};

/** Notices and approvals wait behind no mails to customers, and warnings of a full day take no place in one. */
const isToColleagues = async ({ trusted }: Context, { kind, to, cc }: MailRow): Promise<boolean> => {
  if (kind === 'MARKETING') return false;
  const addresses = [...new Set([...to, ...cc].map((each) => each.toLowerCase()))];
  const known = await trusted(User).findAllUnique('email', addresses);
  return addresses.every((each) => known.has(each));
};
