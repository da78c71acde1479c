import { DomainError, given, type Context } from '#kernel';
import type { MailOrderOf, MailRoute, MailToRoute } from '#modules/platform/mail-in';
import { leadsReachedBy } from './known-leads.operations.ts';
import { Lead, type LeadRow } from './lead.entity.ts';
import { createLead } from './lead.operations.ts';
import { isOpenLead } from './lead.rules.ts';
import { noteLeadSignal } from './scoring.operations.ts';

/** That somebody wrote counts for the score, where the tenant's rules have a signal for it. */
const noteReply = async (context: Context, { id }: Pick<LeadRow, 'id'>, mail: MailToRoute): Promise<void> => {
  try {
    await context.run(noteLeadSignal, { id, signal: 'REPLY', at: mail.receivedAt, note: mail.subject.slice(0, 200) });
  } catch (error) {
    if (!(error instanceof DomainError) || error.code !== 'UNKNOWN_SIGNAL') throw error;
  }
};

/** Somebody who writes anew while a lead of theirs is open is that lead. */
const openLead = async (context: Context, mail: MailToRoute, { owner, team }: MailOrderOf): Promise<LeadRow> => {
  const [known] = await leadsReachedBy(context, { emails: [mail.from], phones: [] });
  if (known) {
    await noteReply(context, known, mail);
    return known;
  }
  const [firstName, ...rest] = (mail.fromName ?? '').split(' ').filter(Boolean);
  const draft = given({ firstName: firstName?.slice(0, 100), lastName: rest.join(' ').slice(0, 100) || undefined });
  const message = `${mail.subject}\n\n${mail.text}`.trim().slice(0, 10_000).toWellFormed();
  const values = { ...draft, email: mail.from, message, ...given({ owner, team }) };
  return context.run(createLead, { values, keep: false });
};

/** Mails that become leads. */
export const leadRoute: MailRoute = {
  key: 'LEAD',
  describes: 'A lead of whoever wrote, given to whom the rules of assignment choose where the mail rule names nobody.',
  of: Lead,
  open: openLead,
  reply: async (context, record, mail) => {
    const lead = record as unknown as LeadRow;
    if (isOpenLead(lead)) await noteReply(context, lead, mail);
  },
};
