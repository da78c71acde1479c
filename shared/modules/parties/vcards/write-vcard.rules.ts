import { escaped, folded } from './vcard-lines.rules.ts';

/** The versions that are written: 3.0 is read everywhere, 4.0 is the newer one. */
export const vCardVersions = ['V3', 'V4'] as const;
/** A version that is written. */
export type VCardVersion = (typeof vCardVersions)[number];

/** What of a contact goes into its card. */
export type CardContact = {
  readonly id: string;
  readonly updatedAt: string;
  readonly type: 'PERSON' | 'ORGANISATION';
  readonly name: string;
  readonly firstName?: string;
  readonly lastName?: string;
  readonly title?: string;
  readonly organisationName?: string;
  readonly jobTitle?: string;
  readonly phones?: readonly Labelled<'number'>[];
  readonly emails?: readonly Labelled<'address'>[];
  readonly birthday?: string;
  readonly language?: string;
  readonly tags?: readonly string[];
  readonly description?: string;
};
type Labelled<Name extends string> = { readonly [N in Name]: string } & {
  readonly label?: string;
  readonly primary?: boolean;
};

/** The card of a contact. `company` is the name of its account. */
export const writeVCard = (contact: CardContact, version: VCardVersion, company?: string): string => {
  const isNew = version === 'V4';
  const lines = [
    'BEGIN:VCARD',
    `VERSION:${isNew ? '4.0' : '3.0'}`,
    `FN:${escaped(contact.name)}`,
    `N:${[contact.lastName, contact.firstName, '', contact.title, ''].map((part = '') => escaped(part)).join(';')}`,
    ...(isNew ? [`KIND:${contact.type === 'ORGANISATION' ? 'org' : 'individual'}`] : []),
    ...said('ORG', company ?? contact.organisationName),
    ...said('TITLE', contact.jobTitle),
    ...(contact.phones ?? []).map((phone) => phoneLine(phone, isNew)),
    ...(contact.emails ?? []).map(
      (email) => `EMAIL${typesOf(email, isNew, isNew ? [] : ['INTERNET'])}:${email.address}`,
    ),
    ...(contact.birthday === undefined
      ? []
      : [`BDAY:${isNew ? contact.birthday.replaceAll('-', '') : contact.birthday}`]),
    ...(isNew && contact.language !== undefined ? [`LANG:${contact.language}`] : []),
    ...(contact.tags?.length ? [`CATEGORIES:${contact.tags.map(escaped).join(',')}`] : []),
    ...said('NOTE', contact.description),
    `UID:${contact.id}`,
    `REV:${contact.updatedAt.replace(/[-:]|\.\d+/g, '')}`,
    'END:VCARD',
  ];
  return `${lines.map(folded).join('\r\n')}\r\n`;
};

const said = (name: string, text: string | undefined): readonly string[] =>
  text === undefined || text === '' ? [] : [`${name}:${escaped(text)}`];

const phoneLine = (phone: Labelled<'number'>, isNew: boolean): string =>
  isNew
    ? `TEL;VALUE=uri${typesOf(phone, isNew, ['voice'])}:tel:${phone.number}`
    : `TEL${typesOf(phone, isNew, ['VOICE'])}:${phone.number}`;

const words: Readonly<Record<string, string>> = {
  mobile: 'cell',
  cell: 'cell',
  fax: 'fax',
  work: 'work',
  office: 'work',
  home: 'home',
};

const typesOf = (
  { label = '', primary = false }: Omit<Labelled<never>, never>,
  isNew: boolean,
  usual: readonly string[],
): string => {
  const type = words[label.toLowerCase()];
  if (isNew) return `${type === undefined ? '' : `;TYPE=${type}`}${primary ? ';PREF=1' : ''}`;
  const types = [...(type === undefined ? [] : [type.toUpperCase()]), ...usual, ...(primary ? ['PREF'] : [])];
  return types.length > 0 ? `;TYPE=${types.join(',')}` : '';
};
