import {
  boolean,
  choice,
  dateTime,
  defaulted,
  derivedOptional,
  entity,
  integer,
  noOwner,
  object,
  text,
  type Row,
} from '#kernel';
import { nextWarning } from './certificate-expiry.rules.ts';
import { environmentCodes, type Environment } from './codes.rules.ts';
import { taxpayerFields } from './taxpayer.entity.ts';

/** Where documents are sent. */
export const environmentField = () =>
  choice(Object.keys(environmentCodes) as Environment[], {
    named: 'SriEnvironment',
    describes: 'TEST: to the tests of the SRI, without any effect in law. PRODUCTION: for real.',
  });

const certificate = object(
  'SriCertificate',
  {
    subject: text({ max: 1000, describes: 'Who it was given to.' }),
    issuer: text({ max: 1000, describes: 'Who gave it.' }),
    serialNumber: text({ max: 80, describes: 'Its number there.' }),
    fingerprint: text({ max: 64, describes: 'SHA-256 of it, in hex.' }),
    validFrom: dateTime({ describes: 'From when it may sign.' }),
    validUntil: dateTime({ describes: 'Until when it may sign.' }),
    uploadedAt: dateTime({ describes: 'When it was given to us.' }),
  },
  { describes: 'The certificate that signs. Its key is kept sealed and read by nobody.' },
);

/** The tenant as a taxpayer of Ecuador, who issues electronic documents. */
export const SriIssuer = entity('SriIssuer', {
  idPrefix: 'sri',
  describes:
    'The tenant as a taxpayer of Ecuador, one for each tenant: while it is active, invoices and credit notes are sent to the tax authority (SRI) as they are issued.',
  fields: {
    ...taxpayerFields,
    environment: defaulted(environmentField(), 'TEST'),
    active: defaulted(boolean({ describes: 'Whether documents are sent.' }), true),
    place: derivedOptional(text({ max: 10, unique: true, describes: 'Held by the one that issues.' })),
    certificate: derivedOptional(certificate),
    warnedDays: derivedOptional(
      integer({ min: 0, max: 30, describes: 'Of how many days the last warning about the certificate spoke.' }),
    ),
  },
  owner: noOwner,
  keys: { all: { gsi: 3, sort: 'ruc' } },
  defaults: ['create', 'update'],
  title: ({ legalName }) => legalName,
  prepare: ({ active }) => ({ place: active ? 'issuer' : null }),
  dueAt: ({ active, certificate: held, warnedDays }) =>
    active && held ? nextWarning(held.validUntil, warnedDays) : undefined,
  events: { certified: 'It got a certificate that signs.', warned: 'Its certificate ends soon, or has ended.' },
});

/** A taxpayer who issues, as code sees it. */
export type SriIssuerRow = Row<typeof SriIssuer>;
