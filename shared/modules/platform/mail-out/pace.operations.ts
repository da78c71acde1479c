import { derivedId, type Context } from '#kernel';
import { rememberFor } from '#kernel/remember';
import { Paced } from './extensions.rules.ts';
import { MailLine } from './mail-line.entity.ts';
import type { MailRow } from './mail.entity.ts';
import { nextSlot, type Pace } from './pace.rules.ts';

/** At most a minute old. */
const paceOf = (context: Context): Promise<Pace | undefined> =>
  rememberFor(
    context,
    `mail pace ${context.actor.tenant}`,
    async () => (await context.trusted(Paced).find(context.actor.tenant))?.mailPace,
  );

/**
 * When a mail's turn is: a moment that no other mail has, kept in the caller's write. A mail that was given one keeps it; without
 * a pace there is no line.
 */
export const turnOf = async (context: Context, { kind, slotAt }: MailRow, now: string): Promise<string> => {
  const pace = slotAt === undefined ? await paceOf(context) : undefined;
  if (!pace) return slotAt ?? now;
  const id = derivedId(MailLine.idPrefix, 'mail-line', [context.actor.tenant, kind]);
  const lines = context.trusted(MailLine);
  const line = await lines.find(id);
  const next = nextSlot(line, pace, now, context.actor.timeZone);
  if (line) lines.update(line, next, { aside: true });
  else lines.create({ kind, ...next }, { id });
  return next.slotAt;
};
