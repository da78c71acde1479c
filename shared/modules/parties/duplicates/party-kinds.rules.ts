import { Account, type AccountRow } from '#modules/parties/accounts';
import { Contact, type ContactRow } from '#modules/parties/contacts';
import type { Known } from './identity.rules.ts';
import type { DuplicateKind } from './kinds.rules.ts';

type Channels = Pick<ContactRow, 'emails' | 'phones'>;

const channelsOf = ({ emails = [], phones = [] }: Channels) => ({
  emails: emails.map(({ address }) => address),
  phones: phones.map(({ number }) => number),
});

const knownOfContact = (row: ContactRow): Known => ({
  type: row.type,
  ...(row.type === 'PERSON'
    ? {
        ...(row.firstName !== undefined && { firstName: row.firstName }),
        ...(row.lastName !== undefined && { lastName: row.lastName }),
      }
    : {}),
  name: row.name,
  ...(row.birthday !== undefined && { birthday: row.birthday }),
  ...channelsOf(row),
});

const knownOfAccount = (row: AccountRow): Known => ({
  type: row.type === 'PERSON' ? 'PERSON' : 'ORGANISATION',
  name: row.name,
  ...(row.taxId !== undefined && { taxId: row.taxId }),
  ...(row.birthday !== undefined && { birthday: row.birthday }),
  addresses: row.addresses ?? [],
  ...channelsOf(row),
});

type Consents = NonNullable<ContactRow['consents']>;

/** Of two answers for a channel the one that forbids wins. */
export const strictest = (survivor: Consents = [], loser: Consents = []): Consents => {
  const channels = [...new Set([...survivor, ...loser].map(({ channel }) => channel))];
  return channels.flatMap((channel) => {
    const answers = [...survivor, ...loser].filter((consent) => consent.channel === channel);
    return (answers.find(({ granted }) => !granted) ?? answers[0]) as Consents[number];
  });
};

/** Contacts among each other. */
export const contactKind: DuplicateKind = {
  of: Contact,
  fields: ['type', 'firstName', 'lastName', 'organisationName', 'emails', 'phones', 'birthday'],
  known: (row) => knownOfContact(row as unknown as ContactRow),
  merging: {
    consents: (survivor, loser) => strictest(survivor as Consents | undefined, loser as Consents | undefined),
  },
};

/** Accounts among each other. */
export const accountKind: DuplicateKind = {
  of: Account,
  fields: ['type', 'name', 'taxId', 'emails', 'phones', 'birthday', 'addresses'],
  known: (row) => knownOfAccount(row as unknown as AccountRow),
};
