import {
  choice,
  dateTime,
  derived,
  derivedOptional,
  entity,
  integer,
  link,
  ownedBy,
  ref,
  text,
  type Row,
} from '#kernel';
import { originField } from '#modules/marketing/forms';

/** Somebody who visits a site and agreed to be known again. */
export const Visitor = entity('Visitor', {
  idPrefix: 'vis',
  describes:
    'Somebody who visits a site and agreed to be known again; who that is, once a form was sent or a link in a mail followed.',
  fields: {
    site: ref('TrackedSite', { describes: 'The site.' }),
    consentedAt: derived(dateTime({ describes: 'When it was agreed to.' })),
    consentVersion: derivedOptional(text({ max: 40, describes: 'Which edition of the wording that was.' })),
    visits: derived(integer({ describes: 'How often there was a visit; half an hour without a page ends one.' })),
    lastVisitAt: derived(dateTime({ describes: 'When the last visit began.' })),
    awayDays: derivedOptional(integer({ describes: 'Whole days between the last two visits.' })),
    firstOrigin: derived(originField),
    lastOrigin: derived(originField),
    contact: derivedOptional(ref('Contact', { describes: 'Who it is.' })),
    lead: derivedOptional(ref('Lead', { describes: 'Who it is, as a lead.' })),
    account: derivedOptional(ref('Account', { describes: 'The account of who it is.' })),
    linkedAt: derivedOptional(dateTime({ describes: 'Since when that is known.' })),
    linkedBy: derivedOptional(
      choice(['FORM', 'MAIL'], { named: 'VisitorLink', describes: 'How it became known: a form, a link in a mail.' }),
    ),
    owner: derivedOptional(ref('User', { describes: 'Who handles that person.' })),
    team: derivedOptional(ref('Team', { describes: 'The team that does.' })),
  },
  states: {
    field: 'status',
    initial: 'ACTIVE',
    moves: { ACTIVE: ['WITHDRAWN'], WITHDRAWN: ['ACTIVE'] },
    closedIn: ['WITHDRAWN'],
    verbs: { ACTIVE: 'agreed' },
  },
  owner: ownedBy('owner', 'team'),
  keys: {
    bySite: { gsi: 1, of: 'site', sort: 'lastVisitAt', on: 'TrackedSite.visitors' },
    byOwner: { gsi: 2, sort: 'lastVisitAt' },
    all: { gsi: 3, sort: 'lastVisitAt', shards: 4 },
    byContact: link('contact', 'lastVisitAt', 'Contact.visitors'),
    byLead: link('lead', 'lastVisitAt', 'Lead.visitors'),
  },
  timeline: ['id', 'contact', 'lead', 'account'],
  title: ({ id }) => `…${id.slice(-6)}`,
  events: {
    visited: 'Another visit began.',
    returned: 'Another visit began after the days that the site asks for.',
    linked: 'It became known who it is.',
  },
});

/** A visitor, as code sees it. */
export type VisitorRow = Row<typeof Visitor>;
