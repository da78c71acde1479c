import { module } from '#kernel';
import { readyPoint, stepsPoint } from '#modules/platform/workflows';
import { listUses } from '#modules/platform/lists';
import { sendersPoint } from '#modules/platform/mail-in';
import { syncPoint } from '#modules/platform/sync';
import { accountSections, type AccountSection } from '#modules/parties/accounts';
import { segmentSubjects } from '#modules/parties/segments';
import { Contact } from './contact.entity.ts';
import { contactLists, createContact, setMainContact, updateContact } from './contact.operations.ts';
import { followAccount, keepMainContact } from './contact.reactions.ts';
import { followOwner } from './follow-owner.jobs.ts';
import { partySenders } from './mail-senders.operations.ts';
import { contactSegments } from './segmentation.rules.ts';
import { celebrate } from './birthday.reactions.ts';
import { mailCustomerStep } from './mail-customer-step.operations.ts';
import { readyWithParties } from './ready-workflows.rules.ts';

const section: AccountSection = {
  name: 'contacts',
  describes: 'The contacts of the account, by name.',
  of: Contact,
  key: 'byAccount',
  descending: false,
  first: 10,
};

/** People and organisations to speak to. */
export const contacts = module('parties/contacts', {
  entities: [Contact],
  operations: [createContact, updateContact, setMainContact],
  jobs: [followOwner],
  reactions: [keepMainContact, followAccount],
  rollups: [contactLists.counts],
  timers: [celebrate],
  contributes: {
    [readyPoint]: readyWithParties,
    [stepsPoint]: [mailCustomerStep],
    [listUses]: [contactLists],
    [accountSections]: [section],
    [syncPoint]: [Contact],
    [sendersPoint]: [partySenders],
    [segmentSubjects]: [contactSegments],
  },
});
export { Contact, type ContactRow } from './contact.entity.ts';
export { createContact, updateContact } from './contact.operations.ts';
export { mayReach, type ConsentChannel } from './contact.rules.ts';
