import type { PrivacyBelonging, PrivacySubject } from '#modules/platform/privacy';
import { Lead } from './lead.entity.ts';
import { personOf, withName } from './lead.rules.ts';

type Values = Parameters<typeof withName>[0] & { readonly taxId?: string };

const texts = (...values: readonly (string | undefined)[]): readonly string[] =>
  values.filter((value): value is string => value !== undefined && value !== '');

/** Leads that name a person, or nobody but somebody's address, have the rights of people. */
export const leadSubject: PrivacySubject = {
  of: Lead,
  isPerson: (row) => personOf(row as Values) !== '' || row['company'] === undefined,
  traces: (values) => {
    const { firstName, lastName, email, phone, taxId } = values as Values;
    const turned = firstName && lastName ? [`${lastName} ${firstName}`, `${lastName}, ${firstName}`] : [];
    return {
      names: texts(withName(values).name, personOf(values), ...turned),
      emails: texts(email),
      phones: texts(phone),
      taxIds: texts(taxId),
    };
  },
};

/** A lead is gone with the contact or the person that it became, and with the address that it came from. */
export const leadBelongings: readonly PrivacyBelonging[] = ['contact', 'account', 'email'].map((field) => ({
  of: Lead.name,
  field,
}));
