import {
  boolean,
  date,
  defaulted,
  derivedOptional,
  entity,
  extended,
  noOwner,
  optional,
  text,
  type Row,
} from '#kernel';
import { Tenant } from '#modules/platform/settings';

/** Where documents are issued: each has number series of its own. */
export const EmissionPoint = entity('EmissionPoint', {
  idPrefix: 'ept',
  describes:
    'Where documents are issued: an establishment and a till of it, `001-001`. Invoices and credit notes of each have series of their own, without gaps.',
  fields: {
    code: text({
      min: 1,
      max: 15,
      pattern: /^[A-Z0-9]+(?:-[A-Z0-9]+)*$/,
      unique: true,
      describes: 'Unique, and part of each number; in Ecuador establishment and point: `001-001`. It never changes.',
    }),
    name: optional(text({ max: 100, describes: 'What people call it.' })),
    address: optional(text({ max: 300, describes: 'Where it is; on documents in Ecuador.' })),
    isDefault: defaulted(
      boolean({ describes: 'Whether it issues what names no other point; one of them does.' }),
      false,
    ),
    active: defaulted(boolean({ describes: 'Whether it issues documents.' }), true),
    defaultPlace: derivedOptional(
      text({ max: 10, unique: true, describes: 'Held by the one that issues what names no other.' }),
    ),
  },
  owner: noOwner,
  keys: { all: { gsi: 3, sort: 'code' } },
  defaults: ['create', 'update'],
  title: ({ code, name }) => (name === undefined ? code : `${code} ${name}`),
  prepare: ({ isDefault, active }) => ({ defaultPlace: isDefault && active ? 'default' : null }),
  check: ({ code }, before) =>
    before && before.code !== code
      ? [{ code: 'BAD_INPUT', message: 'The code of an emission point does not change.', path: ['code'] }]
      : [],
});
/** An emission point, as code sees it. */
export type EmissionPointRow = Row<typeof EmissionPoint>;

/** What billing adds to the tenant. */
export const billingSettings = {
  closedUntil: optional(
    date({ describes: 'The last day of closed books: no document of it or before is issued or voided any more.' }),
  ),
};
/** The tenant with its books. */
export const BillingTenant = extended(Tenant, billingSettings);
