import { given, type Context } from '#kernel';
import { Contact } from '#modules/parties/contacts';
import { createLead, Lead, leadsReachedBy } from '#modules/sales/leads';
import type { FormOutcome, Made, SentForm } from './extension-points.rules.ts';
import { customIn, personFillings, personIn } from './filling.rules.ts';
import { acceptedFor, contactOfSender, knownSender } from './people.operations.ts';

/** An open lead of the same address or number: it is the one that somebody works on. */
const openLead = async (context: Context, { values }: SentForm): Promise<Made | undefined> => {
  const { email, phone } = personIn(values);
  const reached = { emails: email === undefined ? [] : [email], phones: phone === undefined ? [] : [phone] };
  const [lead] = await leadsReachedBy(context, reached);
  return lead && given({ made: lead.id, lead: lead.id, owner: lead.owner, team: lead.team });
};

const newLead = async (context: Context, { form, submission, values }: SentForm): Promise<Made> => {
  const { owner, team, source, captureReason, tags } = form;
  const campaign = submission.origin.campaign ?? form.campaign;
  const draft = { ...personIn(values), ...customIn(values), owner, team, source, captureReason, tags, campaign };
  const lead = await context.run(createLead, { keep: false, values: acceptedFor(context, Lead, given(draft)) });
  return given({ made: lead.id, lead: lead.id, owner: lead.owner, team: lead.team, isStranger: true });
};

/** Whoever is known gets no second record: the submission stands with the contact or lead that there is. */
const leadOutcome: FormOutcome = {
  key: 'LEAD',
  describes: 'A lead, assigned by the rules; whoever is known as an open lead or a contact is found instead.',
  fills: personFillings,
  custom: Lead.name,
  make: async (context, sent) => {
    const [lead, known] = await Promise.all([openLead(context, sent), knownSender(context, sent)]);
    if (lead) return { ...known, ...lead };
    const made = known?.contact ?? known?.account;
    return known && made !== undefined ? { ...known, made } : newLead(context, sent);
  },
};

const contactOutcome: FormOutcome = {
  key: 'CONTACT',
  describes: 'A contact; whoever is known by address or number is found instead.',
  fills: personFillings.filter((name) => name !== 'website'),
  custom: Contact.name,
  make: async (context, sent) => {
    const known = await knownSender(context, sent);
    if (known?.contact !== undefined) return { ...known, made: known.contact };
    const made = await contactOfSender(context, sent, known?.account);
    return { ...made, isStranger: known === undefined };
  },
};

/** What this area makes of submissions. */
export const ownOutcomes: readonly FormOutcome[] = [leadOutcome, contactOutcome];
