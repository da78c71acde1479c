import { defaulted, entity, link, list, noOwner, optional, ref, text } from '#kernel';

/** People who see each other's work. */
export const Team = entity('Team', {
  idPrefix: 'tea',
  describes:
    'People who work together: who has scope `team` sees the records of its members; who leads it, those of the teams below too. A record that nobody owns may wait in a team.',
  fields: {
    name: text({ min: 1, max: 100, unique: true, describes: 'What people call it; no two alike.', search: 'words' }),
    description: optional(text({ max: 500, describes: 'What the team is for.' })),
    manager: optional(ref('User', { describes: 'Who leads it; belongs to it without being named as a member.' })),
    members: defaulted(list(ref('User'), { max: 50, describes: 'Who belongs to it; at most 50.' }), []),
    parent: optional(ref('Team', { describes: 'The team above it, whose manager sees its work too.' })),
    orgUnit: optional(ref('OrgUnit', { describes: 'Where in the organisation the team stands.' })),
  },
  owner: noOwner,
  keys: {
    byOrgUnit: { gsi: 1, of: 'orgUnit', sort: 'name', on: 'OrgUnit.teams' },
    byName: { gsi: 3, sort: 'name' },
    byParent: link('parent', 'name', 'Team.children'),
  },
  defaults: ['create', 'update', 'archive', 'restore'],
  title: ({ name }) => name,
});
