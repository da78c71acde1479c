import { change, creation, DomainError, mutation, recordInput, ref } from '#kernel';
import { listFailures, listUse, settleListed, type ListedFields } from '#modules/platform/lists';
import { Account, guardFails, guardInput, refuseDuplicate } from '#modules/parties/accounts';
import { Contact, type ContactRow } from './contact.entity.ts';
import { mainContactOf } from './main-contact.rules.ts';

const listedFields: ListedFields = { source: 'SOURCE' };
/** How many contacts hold which value of a list. */
export const contactLists = listUse(Contact, listedFields);

const fails = ['NAME_MISSING', 'TWO_PRIMARIES', 'CONSENT_TWICE', ...listFailures] as const;

type Consents = ContactRow['consents'];

/** An answer without a date was given now. */
const dated = (consents: Consents | null, at: string): { readonly consents?: NonNullable<Consents> } =>
  consents ? { consents: consents.map((consent) => ({ at, ...consent })) } : {};

export const createContact = creation(Contact, 'createContact', {
  describes: 'Makes a contact. Without owner and team it belongs to the owner of its account, else to you.',
  needs: 'contact.create',
  input: guardInput,
  returns: Contact,
  fails: [...fails, ...guardFails],
  run: async ({ values, unlessDuplicate }, context) => {
    await refuseDuplicate(unlessDuplicate, context, Contact, values);
    const listed = await settleListed(context, listedFields, values);
    return context.data(Contact).create({ ...values, ...listed, ...dated(values.consents, context.clock.instant()) });
  },
});

export const updateContact = change(Contact, 'updateContact', {
  describes: 'Changes a contact: absent fields stay, null clears.',
  needs: 'contact.update',
  input: recordInput('Contact'),
  returns: Contact,
  fails,
  run: async ({ id, changes }, context) => {
    const contact = await context.data(Contact).get(id);
    const listed = await settleListed(context, listedFields, changes, contact);
    const settled = { ...changes, ...listed, ...dated(changes.consents, context.clock.instant()) };
    return context.data(Contact).update(contact, settled);
  },
});

export const setMainContact = mutation('setMainContact', {
  describes:
    'Makes a contact the one to speak to first at its account. Lists of accounts show its name, phone and e-mail address.',
  needs: 'account.update',
  input: { id: ref('Contact', { describes: 'Which contact.' }) },
  returns: Account,
  fails: ['CONTACT_WITHOUT_ACCOUNT'],
  run: async ({ id }, { data }) => {
    const contact = await data(Contact).get(id);
    if (contact.archivedAt !== undefined)
      throw new DomainError('ARCHIVED', 'This Contact is archived; restore it first.', ['id']);
    if (contact.account === undefined)
      throw new DomainError('CONTACT_WITHOUT_ACCOUNT', 'The contact belongs to no account.', ['id']);
    const account = await data(Account).get(contact.account);
    data(Contact).hold(contact);
    return data(Account).update(account, mainContactOf(contact), { event: 'account.mainContactChanged' });
  },
});
