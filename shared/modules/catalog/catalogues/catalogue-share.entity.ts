import { dateTime, derived, derivedOptional, entity, integer, link, optional, ownedBy, ref, type Row } from '#kernel';

/** A catalogue in somebody's hands. */
export const CatalogueShare = entity('CatalogueShare', {
  idPrefix: 'cts',
  describes: 'A link to a catalogue that was given to somebody, and how often it was opened.',
  fields: {
    catalogue: ref('Catalogue', { describes: 'Which catalogue.' }),
    contact: optional(ref('Contact', { describes: 'Who has it; nobody where the link is for everybody.' })),
    account: derivedOptional(ref('Account', { describes: 'The account of the contact.' })),
    mail: derivedOptional(ref('Mail', { describes: 'The mail that took it there.' })),
    until: derived(dateTime({ describes: 'Until when the link works.' })),
    views: derived(integer({ describes: 'How often the page was opened. Mail scanners open links, too.' })),
    downloads: derived(integer({ describes: 'How often the PDF was fetched.' })),
    firstViewedAt: derivedOptional(dateTime({ describes: 'When it was opened first.' })),
    lastViewedAt: derivedOptional(dateTime({ describes: 'When it was opened last.' })),
    owner: optional(ref('User', { describes: 'Who gave it.' })),
  },
  states: {
    field: 'status',
    initial: 'SENT',
    moves: { SENT: ['VIEWED', 'REVOKED'], VIEWED: ['REVOKED'], REVOKED: [] },
    closedIn: ['REVOKED'],
  },
  owner: ownedBy('owner', undefined, 'contact'),
  keys: {
    byCatalogue: { gsi: 1, of: 'catalogue', sort: 'createdAt', on: 'Catalogue.shares' },
    byOwner: { gsi: 2, sort: 'createdAt' },
    all: { gsi: 3, sort: 'createdAt' },
    byContact: link('contact', 'createdAt', 'Contact.catalogueShares'),
    byAccount: link('account', 'createdAt'),
  },
  defaults: [],
  timeline: ['id', 'contact', 'account'],
  title: ({ catalogue }) => catalogue,
  events: { downloaded: 'Its PDF was fetched.' },
});

/** A share, as code sees it. */
export type CatalogueShareRow = Row<typeof CatalogueShare>;
