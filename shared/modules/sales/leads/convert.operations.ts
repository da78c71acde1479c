import {
  boolean,
  choice,
  date,
  defaulted,
  DomainError,
  list,
  money,
  mutation,
  object,
  optional,
  record,
  ref,
  text,
  versionInput,
  type Context,
  type GivenTo,
  type Values,
} from '#kernel';
import { Account, becomeLead, createAccount, type AccountRow } from '#modules/parties/accounts';
import { Contact, createContact, type ContactRow } from '#modules/parties/contacts';
import { createOpportunity, Opportunity } from '#modules/sales/opportunities';
import { Lead, type LeadRow } from './lead.entity.ts';
import { isOpenLead, personOf } from './lead.rules.ts';
import { matched } from './matching.operations.ts';

const wantedFields = {
  name: optional(text({ describes: 'What it is about; the name of the lead when absent.' })),
  amount: optional(money({ describes: 'Expected amount.' })),
  expectedCloseOn: optional(date({ describes: 'When the decision is expected.' })),
  pipeline: optional(ref('Pipeline', { describes: 'The way it goes; the default one when absent.' })),
};
type Wanted = Values<typeof wantedFields>;

const reusable = ['ACCOUNT', 'CONTACT'] as const;

export const convertLead = mutation('convertLead', {
  describes:
    'Makes of a lead an account, a contact and an opportunity, in one call. Existing ones are used where tax number, e-mail address or ' +
    'phone say that they are the same. Converted before, it answers what it became.',
  needs: 'lead.convert',
  input: {
    id: ref('Lead', { describes: 'Which lead.' }),
    version: optional(versionInput),
    account: optional(ref('Account', { describes: 'The account that it belongs to, when you know.' })),
    opportunity: optional(object('LeadOpportunity', wantedFields, { describes: 'What is known of the opportunity.' })),
    withoutOpportunity: defaulted(boolean({ describes: 'Opens no opportunity yet.' }), false),
  },
  returns: {
    lead: record(Lead, 'The lead, converted.'),
    account: record(Account, 'The account.'),
    contact: optional(record(Contact, 'The contact; absent where the lead names no person.')),
    opportunity: optional(record(Opportunity, 'The opportunity.')),
    reused: list(choice(reusable, { named: 'Reused' }), { max: 2, describes: 'What was there already.' }),
  },
  fails: ['LEAD_CLOSED', 'HAND_OVER_OPEN', 'HELD_BY_OTHER', 'NO_PIPELINE', 'TAX_ID_MALFORMED'],
  run: async (input, context) => {
    const lead = await context.data(Lead).get(input.id);
    if (lead.status === 'CONVERTED') return converted(context, lead);
    assertConvertible(lead);
    const found = await matched(context, lead, input.account);
    const account = found.account ?? (await makeAccount(context, lead));
    becomeLead(context, account);
    const contact = found.contact ?? (await makeContact(context, lead, account.id));
    const opportunity = input.withoutOpportunity
      ? undefined
      : await openOpportunity(context, lead, input.opportunity ?? {}, { account: account.id, contact: contact?.id });
    const became = { account, ...(contact && { contact }), ...(opportunity && { opportunity }) };
    return { ...became, lead: closed(context, lead, became), reused: reusable.filter((kind) => found[partOf[kind]]) };
  },
});

const partOf = { ACCOUNT: 'account', CONTACT: 'contact' } as const;

type Became = { readonly [Part in 'account' | 'contact' | 'opportunity']?: { readonly id: string } };

const closed = ({ data, clock }: Context, lead: LeadRow, { account, contact, opportunity }: Became): LeadRow =>
  data(Lead).move(lead, 'CONVERTED', {
    convertedAt: clock.instant(),
    account: account?.id ?? null,
    contact: contact?.id ?? null,
    opportunity: opportunity?.id ?? null,
    rescoreAt: null,
  });

const assertConvertible = (lead: LeadRow): void => {
  if (!isOpenLead(lead)) throw new DomainError('LEAD_CLOSED', 'It was put aside; take it up again first.', ['id']);
  if (lead.handOver?.state === 'OFFERED')
    throw new DomainError('HAND_OVER_OPEN', 'It was offered to somebody who has not answered yet.', ['id']);
};

/** What a lead became before. */
const converted = async ({ data }: Context, lead: LeadRow) => {
  const [contact, opportunity] = await Promise.all([
    lead.contact === undefined ? undefined : data(Contact).find(lead.contact),
    lead.opportunity === undefined ? undefined : data(Opportunity).find(lead.opportunity),
  ]);
  return {
    lead,
    account: await data(Account).get(lead.account ?? ''),
    ...(contact && { contact }),
    ...(opportunity && { opportunity }),
    reused: [],
  };
};

const holderOf = ({ owner, team }: LeadRow) => ({
  ...(owner !== undefined && { owner }),
  ...(team !== undefined && { team }),
});

/** The fields of a record that are there. */
const present = <Name extends keyof LeadRow>(lead: LeadRow, ...names: readonly Name[]): Pick<LeadRow, Name> =>
  Object.fromEntries(names.flatMap((name) => (lead[name] === undefined ? [] : [[name, lead[name]]]))) as Pick<
    LeadRow,
    Name
  >;

const makeAccount = (context: Context, lead: LeadRow): Promise<AccountRow> => {
  const type = lead.company === undefined ? ('PERSON' as const) : ('COMPANY' as const);
  const values = {
    type,
    name: lead.company ?? lead.name,
    kinds: ['PROSPECT'] as const,
    ...present(lead, 'taxId', 'sector', 'source', 'captureReason', 'employees'),
    // A company is not reached where one of its people is.
    ...(type === 'PERSON' && present(lead, 'email', 'phone')),
    ...(lead.address && { addresses: [lead.address] }),
    ...(lead.website !== undefined && { websites: [lead.website] }),
    ...(lead.products.length > 0 && { interests: lead.products.map((product) => ({ product, source: 'lead' })) }),
    ...holderOf(lead),
  };
  return context.run(createAccount, { values });
};

const makeContact = async (context: Context, lead: LeadRow, account: string): Promise<ContactRow | undefined> => {
  if (personOf(lead) === '') return undefined;
  const values = {
    ...present(lead, 'firstName', 'lastName', 'jobTitle', 'email', 'phone', 'source'),
    account,
    ...holderOf(lead),
  };
  return context.run(createContact, { values });
};

const openOpportunity = (
  context: Context,
  lead: LeadRow,
  { pipeline, name, ...wanted }: Wanted,
  { account, contact }: { readonly account: string; readonly contact: string | undefined },
) => {
  const values = {
    ...wanted,
    name: name ?? lead.name,
    account,
    ...(contact !== undefined && { contact }),
    ...present(lead, 'source', 'campaign'),
    ...(lead.products.length > 0 && { products: lead.products.map((product) => ({ product, quantity: '1' })) }),
    ...holderOf(lead),
  };
  const own = pipeline === undefined ? {} : { pipeline };
  // The pipeline is an input of its own, with a default; the fields of an opportunity ask for one.
  return context.run(createOpportunity, { ...own, values } as unknown as GivenTo<typeof createOpportunity>);
};
