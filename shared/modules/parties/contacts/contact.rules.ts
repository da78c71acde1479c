import type { Problem } from '#kernel';
import { channelProblems, settleChannels, type Channels } from '#modules/parties/accounts';

/** Ways to reach somebody, of which each may be allowed or forbidden. */
export type ConsentChannel = 'EMAIL' | 'SMS' | 'WHATSAPP' | 'PHONE' | 'POST';

type Consent = { readonly channel: ConsentChannel; readonly granted: boolean };
type Contact = Channels & {
  readonly type: 'PERSON' | 'ORGANISATION';
  readonly firstName?: string;
  readonly lastName?: string;
  readonly organisationName?: string;
  readonly consents?: readonly Consent[];
};

/** What follows from what was given: the name, and which phone and e-mail come first. */
export const prepareContact = (after: Contact, before?: Contact) => ({
  name: nameOf(after),
  ...settleChannels(after, before),
});

/** What a contact is called. */
const nameOf = ({ type, firstName, lastName, organisationName = '' }: Contact): string => {
  const person = [firstName, lastName].filter((name) => name !== undefined).join(' ');
  return type === 'ORGANISATION' ? organisationName || person : person || organisationName;
};

/** What is wrong with a contact. */
export const contactProblems = (contact: Contact): readonly Problem[] => [
  ...nameProblems(contact),
  ...channelProblems(contact),
  ...consentProblems(contact),
];

const nameProblems = (contact: Contact): readonly Problem[] => {
  if (nameOf(contact) !== '') return [];
  const [path, message] =
    contact.type === 'PERSON'
      ? ['lastName', 'A person needs a first or a last name.']
      : ['organisationName', 'An organisation needs a name.'];
  return [{ code: 'NAME_MISSING', message, path: [path] }];
};

const consentProblems = ({ consents = [] }: Contact): readonly Problem[] => {
  const channels = consents.map(({ channel }) => channel);
  const twice = channels.findIndex((channel, index) => channels.indexOf(channel) !== index);
  if (twice === -1) return [];
  const message = `There are two answers for ${channels[twice] ?? ''}; keep the last one.`;
  return [{ code: 'CONSENT_TWICE', message, path: ['consents', twice, 'channel'] }];
};

/** Whether somebody may be reached by a channel; undefined when nobody has asked. */
export const mayReach = ({ consents = [] }: Pick<Contact, 'consents'>, channel: ConsentChannel): boolean | undefined =>
  consents.find((consent) => consent.channel === channel)?.granted;
