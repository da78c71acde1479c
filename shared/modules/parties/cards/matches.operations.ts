import type { AnyEntity, Context, Row } from '#kernel';
import { Account, type AccountRow } from '#modules/parties/accounts';
import { Contact, type ContactRow } from '#modules/parties/contacts';
import { findRecords, fold } from '#modules/platform/search';
import type { CardField, CardFieldName } from './card-fields.rules.ts';
import type { CardScanRow } from './card-scan.entity.ts';
import { freeMail } from './card-words.rules.ts';

/** A search for records that have something in common with a card; `isSo` looks whether they really have. */
type Search<Row, Reason> = { readonly reason: Reason; readonly text: string; isSo(row: Row): boolean };
type ContactReason = CardScanRow['contacts'][number]['because'][number];
type AccountReason = CardScanRow['accounts'][number]['because'][number];

const mostMatches = 20;

const valuesOf = (fields: readonly CardField[], ...names: readonly CardFieldName[]): readonly string[] =>
  fields.filter(({ name }) => names.includes(name)).map(({ value }) => value);

/** Contacts that the person on a card may be: with the same address, phone or name, of those that the actor sees. */
export const matchingContacts = async (
  context: Context,
  fields: readonly CardField[],
): Promise<CardScanRow['contacts']> => {
  const person = valuesOf(fields, 'firstName', 'lastName').join(' ');
  const searches: readonly Search<ContactRow, ContactReason>[] = [
    ...valuesOf(fields, 'email').map((text) => ({
      reason: 'EMAIL' as const,
      text,
      isSo: ({ emails = [] }: ContactRow) => emails.some(({ address }) => address === text),
    })),
    ...phoneSearches(fields),
    { reason: 'NAME', text: person, isSo: ({ name }) => fold(name) === fold(person) },
  ];
  const found = await collect(context, Contact, searches);
  return byMostReasons(found).map(([contact, because]) => ({ contact, because }));
};

/** Accounts that the company on a card may be: with the same name, tax number, phone, or internet name. */
export const matchingAccounts = async (
  context: Context,
  fields: readonly CardField[],
): Promise<CardScanRow['accounts']> => {
  const searches: readonly Search<AccountRow, AccountReason>[] = [
    ...valuesOf(fields, 'company').map((text) => ({
      reason: 'NAME' as const,
      text,
      isSo: ({ name, legalName = '' }: AccountRow) => [name, legalName].some((each) => fold(each) === fold(text)),
    })),
    ...valuesOf(fields, 'taxId').map((text) => ({
      reason: 'TAX_ID' as const,
      text,
      isSo: ({ taxId }: AccountRow) => taxId === text,
    })),
    ...phoneSearches(fields),
    ...domainsOf(fields).map((domain) => ({
      reason: 'DOMAIN' as const,
      text: domain.split('.')[0] ?? '',
      isSo: (row: AccountRow) => speaksFrom(row, domain),
    })),
  ];
  const found = await collect(context, Account, searches);
  return byMostReasons(found).map(([account, because]) => ({ account, because }));
};

const phoneSearches = (fields: readonly CardField[]) =>
  valuesOf(fields, 'mobile', 'phone').map((text) => ({
    reason: 'PHONE' as const,
    text,
    isSo: ({ phones = [] }: Pick<ContactRow, 'phones'>) => phones.some(({ number }) => number === text),
  }));

/** Internet names of the company, without those where anybody may have an address. */
const domainsOf = (fields: readonly CardField[]): readonly string[] => {
  const ofEmails = valuesOf(fields, 'email').map((email) => email.slice(email.indexOf('@') + 1));
  const all = [...ofEmails, ...valuesOf(fields, 'website').map(siteName)];
  return [...new Set(all)].filter((domain) => !freeMail.test(domain));
};

const speaksFrom = ({ emails = [], websites = [] }: AccountRow, domain: string): boolean =>
  emails.some(({ address }) => address.endsWith(`@${domain}`)) || websites.some((site) => siteName(site) === domain);

/** An internet name alone: `https://www.acme.com/es` is `acme.com`. */
const siteName = (site: string): string =>
  site
    .replace(/^https?:\/\//, '')
    .replace(/^www\./, '')
    .replace(/\/.*$/, '');

type Matches<Reason> = ReadonlyMap<string, Reason[]>;

const collect = async <E extends AnyEntity, Reason>(
  context: Context,
  of: E,
  searches: readonly Search<Row<E>, Reason>[],
): Promise<Matches<Reason>> => {
  const found = new Map<string, Reason[]>();
  for (const { reason, text, isSo } of searches) {
    if (text === '') continue;
    const { rows } = await findRecords(context, { text, types: [of.name], first: mostMatches });
    for (const row of rows as readonly Row<E>[])
      if (isSo(row)) found.set(row.id, [...new Set([...(found.get(row.id) ?? []), reason])]);
  }
  return found;
};

const byMostReasons = <Reason>(matches: Matches<Reason>): readonly (readonly [string, Reason[]])[] =>
  [...matches].toSorted(([, one], [, other]) => other.length - one.length).slice(0, mostMatches);
