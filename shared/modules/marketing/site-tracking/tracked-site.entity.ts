import { boolean, defaulted, entity, integer, list, noOwner, optional, text, type Row } from '#kernel';
import { siteProblems } from './tracked-site.rules.ts';

/** A web site of the tenant whose visitors, once they agree, are known again when they come back. */
export const TrackedSite = entity('TrackedSite', {
  idPrefix: 'tsit',
  describes:
    'A web site of the tenant. Who agrees there is known again on the next visit, by a cookie of the site itself; nothing is kept of anybody else.',
  fields: {
    name: text({ min: 1, max: 100, search: 'words', describes: 'What people call it.' }),
    origins: list(text({ max: 200 }), {
      max: 20,
      describes: 'Where it is: scheme, host and port, as https://www.example.com. Other sites are not answered.',
    }),
    consentVersion: optional(
      text({ max: 40, describes: 'Which edition of the wording visitors of the site agree to now.' }),
    ),
    viewDays: defaulted(integer({ min: 1, max: 730, describes: 'Days for which it is kept who saw which page.' }), 90),
    returnAfterDays: defaulted(
      integer({ min: 1, max: 365, describes: 'Who comes back after at least so many days has returned.' }),
      7,
    ),
    callOnReturn: defaulted(
      boolean({ describes: 'Whoever handles a known visitor who has returned gets a call to make.' }),
      false,
    ),
    active: defaulted(boolean({ describes: 'Whether visits are kept.' }), true),
  },
  owner: noOwner,
  keys: { byName: { gsi: 3, sort: 'name' } },
  defaults: ['create', 'update', 'archive', 'restore'],
  timeline: ['id'],
  title: ({ name }) => name,
  check: (after) => siteProblems(after),
});

/** A site, as code sees it. */
export type TrackedSiteRow = Row<typeof TrackedSite>;
