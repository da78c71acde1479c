import { DomainError, mayTouch, type Context } from '#kernel';
import { findRecords } from '#modules/platform/search';
import type { DuplicateGuard } from '#modules/parties/accounts';
import { handOverFinders, type HandOverFinder } from '#modules/parties/hand-overs';
import { Lead, type LeadRow } from './lead.entity.ts';
import { isOpenLead } from './lead.rules.ts';

type Reached = { readonly emails: readonly string[]; readonly phones: readonly string[] };

/** Open leads with one of these addresses or numbers, whoever may see them: what nobody shares by chance. */
export const leadsReachedBy = async (context: Context, { emails, phones }: Reached): Promise<readonly LeadRow[]> => {
  const leads = context.trusted(Lead);
  const [byEmail, byPhone] = await Promise.all([
    Promise.all(emails.map((email) => leads.findByNaturalKey(email))),
    Promise.all(phones.map((text) => findRecords(context, { text, types: [Lead.name], first: 10, trusted: true }))),
  ]);
  const called = byPhone
    .flatMap(({ rows }) => rows as readonly LeadRow[])
    .filter(({ phone }) => phone !== undefined && phones.includes(phone));
  const found = [...byEmail.flatMap((lead) => lead ?? []), ...called];
  return found.filter((lead) => lead.archivedAt === undefined && isOpenLead(lead));
};

/** Refuses a lead that somebody works on already. */
export const guardNewLead: DuplicateGuard = async (context, of, values) => {
  if (of.name !== Lead.name) return;
  const given = (name: string): readonly string[] => (typeof values[name] === 'string' ? [values[name]] : []);
  const [first] = await leadsReachedBy(context, { emails: given('email'), phones: given('phone') });
  if (!first) return;
  const message = mayTouch(context.actor, Lead, first, 'read')
    ? `${first.name} (${first.id}) is there already.`
    : 'Somebody else already works on whom you enter; askForHandOver asks for it.';
  throw new DomainError('DUPLICATE_FOUND', message, []);
};

/** Leads by how they are reached, for those who ask for what others work on. */
const findLeads: HandOverFinder = async (context, { emails = [], phones = [] }) =>
  (await leadsReachedBy(context, { emails, phones })).map((row) => ({ of: Lead, row }));

/** What leads contribute to asking for a hand-over. */
export const leadFinders = { [handOverFinders]: [findLeads] };
