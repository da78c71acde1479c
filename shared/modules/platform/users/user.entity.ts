import {
  choice,
  date,
  dateTime,
  derived,
  derivedOptional,
  email,
  entity,
  link,
  list,
  noOwner,
  optional,
  phone,
  ref,
  text,
  type Row,
} from '#kernel';
import { userProblems } from './user.rules.ts';

/** A person who works with the product. */
export const User = entity('User', {
  idPrefix: 'usr',
  describes:
    'A person of the tenant who signs in: with roles and teams, a place in the organisation, and a colleague for days of absence.',
  fields: {
    name: text({ min: 1, max: 120, describes: 'First and last name.', search: 'words' }),
    email: email({
      unique: true,
      search: 'words',
      describes: 'The address that the person signs in with; no two people of a tenant share one.',
    }),
    phone: optional(phone({ search: 'digits', describes: 'Where colleagues reach the person.' })),
    jobTitle: optional(text({ max: 100, describes: 'What the person does: regional sales manager.' })),
    locale: optional(
      choice(['es', 'en'], { named: 'Locale', describes: "The person's language; the tenant's when not said." }),
    ),
    timeZone: optional(
      text({ max: 60, describes: "IANA name of the person's time zone; the tenant's when not said." }),
    ),
    roles: derived(list(text({ max: 40 }), { max: 10, describes: 'Keys of the roles that the person has.' })),
    teams: derived(list(ref('Team'), { max: 20, describes: 'The teams that the person belongs to or manages.' })),
    orgUnit: optional(ref('OrgUnit', { describes: 'Where in the organisation the person works.' })),
    manager: optional(ref('User', { describes: 'To whom the person reports.' })),
    substitute: optional(ref('User', { describes: 'Who does the work while the person is away.' })),
    absentFrom: optional(date({ describes: 'The first day of absence.' })),
    absentUntil: optional(date({ describes: 'The last day of absence.' })),
    issuer: derivedOptional(text({ max: 300, describes: 'The sign-in service that knows the person.' })),
    subject: derivedOptional(text({ max: 200, describes: 'Who the person is at the sign-in service.' })),
    lastSeenAt: derivedOptional(dateTime({ describes: 'When the person last used the product, to the hour.' })),
  },
  states: {
    field: 'status',
    initial: 'INVITED',
    moves: { INVITED: ['ACTIVE', 'DEACTIVATED'], ACTIVE: ['DEACTIVATED'], DEACTIVATED: ['INVITED', 'ACTIVE'] },
    closedIn: ['DEACTIVATED'],
    verbs: { ACTIVE: 'activated' },
  },
  owner: noOwner,
  keys: {
    byOrgUnit: { gsi: 1, of: 'orgUnit', sort: 'name', on: 'OrgUnit.users' },
    byName: { gsi: 3, sort: 'name' },
    byStatus: { gsi: 4, of: 'status', sort: 'name', keepsClosed: true },
    byEmail: { gsi: 5, of: 'email' },
    bySubstitute: link('substitute', 'name'),
  },
  check: (after) => userProblems(after),
  title: ({ name }) => name,
  events: {
    invited: 'The person was invited.',
    reactivated: 'The person has access again.',
    rolesAssigned: 'The person was given other roles.',
    teamsAssigned: 'The person joined or left teams.',
    absenceChanged: 'The person is away, or back.',
  },
});

/** A person, as code sees it. */
export type UserRow = Row<typeof User>;
