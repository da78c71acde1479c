import {
  anyRecord,
  boolean,
  choice,
  defaulted,
  DomainError,
  email,
  forbidden,
  json,
  list,
  maySeeField,
  object,
  optional,
  query,
  ref,
  text,
  type AnyRow,
  type Context,
} from '#kernel';
import { Account, type AccountRow } from '#modules/parties/accounts';
import { Contact, mayReach, type ContactRow } from '#modules/parties/contacts';
import { Segment, selectedIn } from '#modules/parties/segments';

/** What somebody has said about being written to. */
const said = ['GRANTED', 'REFUSED', 'NOT_ASKED'] as const;
type Said = (typeof said)[number];

/** Whose addresses are wanted, by what they have said. */
const wanted = {
  GRANTED: ['GRANTED'],
  NOT_REFUSED: ['GRANTED', 'NOT_ASKED'],
  ANY: said,
} as const satisfies Record<string, readonly Said[]>;

const kinds: readonly string[] = [Contact.name, Account.name];

export const emailAddresses = query('emailAddresses', {
  describes:
    'A page of e-mail addresses: of the members of a segment, or of accounts or contacts that fulfil criteria now, as a segment has them: by ' +
    'zone, own zone, sector, seller, product of interest, campaign. Of contacts, criteria reach the account by `account: {is: {...}}`. Who has ' +
    'refused is left out unless asked for. A page may hold few addresses, or none, and not be the last.',
  needs: 'contact.read',
  input: {
    recordType: defaulted(text({ max: 60, describes: 'Whose addresses: Contact, Account.' }), Contact.name),
    segment: optional(ref('Segment', { describes: 'Of the members of this segment: then it says whose they are.' })),
    where: optional(json({ describes: 'Of those that fulfil these criteria.' })),
    consent: defaulted(
      choice(['GRANTED', 'NOT_REFUSED', 'ANY'], {
        named: 'AddressConsent',
        describes: 'Those who said yes to e-mail, those who have not said no, or all with what they said.',
      }),
      'NOT_REFUSED',
    ),
    after: optional(text({ max: 2000, describes: 'The `endCursor` of the page before.' })),
  },
  returns: {
    addresses: list(
      object('ListedAddress', {
        address: email({ describes: 'The address to use first.' }),
        name: text({ describes: 'Who is behind it.' }),
        record: anyRecord('The contact or account.'),
        consent: choice(said, { named: 'EmailConsent', describes: 'What was said about e-mail.' }),
      }),
      { max: 100, describes: 'One for each contact or account that has an address.' },
    ),
    hasNextPage: boolean({ describes: 'Whether there may be more.' }),
    endCursor: optional(text({ max: 2000, describes: 'Where to go on.' })),
  },
  run: async ({ recordType, segment, where, consent, after }, context) => {
    const holder = segment === undefined ? recordType : (await context.data(Segment).get(segment)).recordType;
    assertSeen(context, holder);
    const { rows, next } = await selectedIn(context, holder, { segment, where }, after);
    const listed = rows.flatMap((row) => addressOf(holder, row));
    const among: readonly Said[] = wanted[consent];
    return {
      addresses: listed.filter((each) => among.includes(each.consent)),
      hasNextPage: next !== undefined,
      ...(next !== undefined && { endCursor: next }),
    };
  },
});

const assertSeen = ({ actor }: Context, recordType: string): void => {
  if (!kinds.includes(recordType)) throw new DomainError('BAD_INPUT', `There are addresses of ${kinds.join(', ')}.`);
  for (const field of ['email', 'emails'])
    if (!maySeeField(actor, recordType, field)) throw forbidden('You may not see e-mail addresses.');
};

/** Nobody asks an account: its people are asked. */
const addressOf = (recordType: string, row: AnyRow) => {
  const { email: address, name } = row as AccountRow | ContactRow;
  if (address === undefined) return [];
  const granted = recordType === Contact.name ? mayReach(row as ContactRow, 'EMAIL') : undefined;
  const consent: Said = granted === undefined ? 'NOT_ASKED' : granted ? 'GRANTED' : 'REFUSED';
  return [{ address, name, record: row, consent }];
};
