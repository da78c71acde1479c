import { choice, entity, link, noOwner, optional, ref, text } from '#kernel';

/** Levels of the organisation, from the whole to its parts. */
export const orgLevels = ['COMPANY', 'BRANCH', 'MANAGEMENT', 'BUSINESS'] as const;

/** A company, branch, management or business of the tenant: one node of its tree. */
export const OrgUnit = entity('OrgUnit', {
  idPrefix: 'org',
  describes:
    'A node of the organisation: a company, one of its branches, a management or a line of business. People and records may belong to one.',
  fields: {
    name: text({ min: 1, describes: 'What people call it.', search: 'words' }),
    code: optional(
      text({ max: 30, unique: true, describes: 'Its short code in other systems; no two units share one.' }),
    ),
    level: choice(orgLevels, {
      named: 'OrgLevel',
      describes: 'What it is. A unit stands under one of the same or a higher level.',
    }),
    parent: optional(ref('OrgUnit', { describes: 'The unit that it belongs to; absent at the top.' })),
    manager: optional(
      ref('User', {
        describes: 'Who leads it: with scope `team` sees the work of its people and teams, and of the units below.',
      }),
    ),
  },
  owner: noOwner,
  keys: {
    byParent: { gsi: 1, of: 'parent', sort: 'name', on: 'OrgUnit.children' },
    byName: { gsi: 3, sort: 'name' },
    byManager: link('manager', 'name', 'User.ledUnits'),
    byLevel: { gsi: 4, of: 'level', sort: 'name' },
  },
  defaults: ['create', 'update', 'archive', 'restore'],
  title: ({ name }) => name,
});
