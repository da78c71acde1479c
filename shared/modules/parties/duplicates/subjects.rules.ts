import type { PrivacySubject } from '#modules/platform/privacy';
import { accountKind, contactKind } from './party-kinds.rules.ts';
import type { DuplicateKind } from './kinds.rules.ts';

type Values = Readonly<Record<string, unknown>>;

const texts = (values: readonly unknown[]): readonly string[] =>
  values.filter((value): value is string => typeof value === 'string' && value !== '');

const listed = (value: unknown, part: string): readonly unknown[] =>
  ((value as readonly Values[] | undefined) ?? []).map((entry) => entry[part]);

/** Names in the orders in which people write them. */
const namesIn = ({ name, firstName, lastName, legalName }: Values): readonly string[] => {
  const [first, last] = [texts([firstName]), texts([lastName])];
  const both = first.length > 0 && last.length > 0;
  const orders = both
    ? [`${first.join()} ${last.join()}`, `${last.join()} ${first.join()}`, `${last.join()}, ${first.join()}`]
    : [];
  return [...texts([name, legalName]), ...orders];
};

const subjectOfKind = ({ of }: DuplicateKind): PrivacySubject => ({
  of,
  traces: (values) => ({
    names: namesIn(values),
    emails: texts([values['email'], ...listed(values['emails'], 'address')]),
    phones: texts([values['phone'], ...listed(values['phones'], 'number')]),
    taxIds: texts([values['taxId']]),
  }),
  isPerson: (row) => row['type'] === 'PERSON',
});

/** Contacts and accounts that are people have the rights of people. */
export const personSubjects: readonly PrivacySubject[] = [contactKind, accountKind].map(subjectOfKind);
