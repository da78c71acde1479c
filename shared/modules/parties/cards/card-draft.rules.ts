import type { CardField, CardFieldName } from './card-fields.rules.ts';
import type { CardScanRow } from './card-scan.entity.ts';

const valueIn = (fields: readonly CardField[], ...names: readonly CardFieldName[]): string | undefined =>
  names.map((name) => fields.find((field) => field.name === name)?.value).find((value) => value !== undefined);

const joined = (...parts: readonly (string | undefined)[]): string | undefined =>
  parts.filter((part) => part !== undefined).join(', ') || undefined;

/** An object without what is not there. */
const present = <Values extends object>(values: Values) =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [Name in keyof Values]?: Exclude<Values[Name], undefined>;
  };

/** The contact that a card would make. */
export const draftOf = (fields: readonly CardField[]): CardScanRow['draft'] =>
  present({
    title: valueIn(fields, 'title')?.slice(0, 40),
    firstName: valueIn(fields, 'firstName')?.slice(0, 100),
    lastName: valueIn(fields, 'lastName')?.slice(0, 100),
    organisationName: valueIn(fields, 'company'),
    jobTitle: valueIn(fields, 'jobTitle')?.slice(0, 120),
    email: valueIn(fields, 'email'),
    phone: valueIn(fields, 'mobile', 'phone'),
    website: valueIn(fields, 'website'),
    address: joined(
      valueIn(fields, 'street'),
      valueIn(fields, 'postcode'),
      valueIn(fields, 'city'),
      valueIn(fields, 'country'),
    ),
  });

/** Values of a contact from the fields that count. */
export const contactValues = (fields: readonly CardField[]) => {
  const phones = fields.filter(({ name }) => name === 'mobile' || name === 'phone' || name === 'fax');
  const emails = fields.filter(({ name }) => name === 'email');
  const { title, firstName, lastName, organisationName, jobTitle } = draftOf(fields);
  return present({
    title,
    firstName,
    lastName,
    organisationName,
    jobTitle,
    ...(phones.length > 0 && { phones: phones.map(({ name, value }) => ({ number: value, label: name })) }),
    ...(emails.length > 0 && { emails: emails.map(({ value }) => ({ address: value })) }),
  });
};

/** Values of the account that a card speaks of. */
export const accountValues = (fields: readonly CardField[]) => {
  const website = valueIn(fields, 'website');
  const address = present({
    street: valueIn(fields, 'street'),
    city: valueIn(fields, 'city'),
    postcode: valueIn(fields, 'postcode'),
    country: valueIn(fields, 'country'),
  });
  return present({
    taxId: valueIn(fields, 'taxId'),
    ...(website !== undefined && { websites: [/^https?:/.test(website) ? website : `https://${website}`] }),
    ...(Object.keys(address).length > 0 && { addresses: [address] }),
  });
};
