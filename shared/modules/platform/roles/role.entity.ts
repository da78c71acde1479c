import { choice, defaulted, entity, list, noOwner, object, optional, scopes, text } from '#kernel';
import { keyStays } from './role.rules.ts';

const scope = (describes: string) => optional(choice(scopes, { named: 'AccessScope', describes }));

/** What a role may do, in the form of the API. */
export const grantFields = {
  entities: defaulted(
    list(
      object('EntityGrant', {
        entity: text({
          max: 60,
          describes: 'The name of the entity, such as Account; `*` for those that are not named.',
        }),
        create: scope('For whom records may be made.'),
        read: scope('Whose records may be read.'),
        update: scope('Whose records may be changed.'),
        archive: scope('Whose records may be archived and restored.'),
      }),
      { max: 300, describes: 'How far it reaches, per entity: nothing, own records, those of the teams, all.' },
    ),
    [],
  ),
  operations: defaulted(
    list(text({ max: 100 }), {
      max: 500,
      describes: 'Named permissions, such as quote.accept; `quote.*` is all of one word, `*` all there are.',
    }),
    [],
  ),
  hiddenFields: defaulted(
    list(text({ max: 100 }), { max: 300, describes: 'Fields that are neither read nor written: Account.creditLimit.' }),
    [],
  ),
  readOnlyFields: defaulted(
    list(text({ max: 100 }), { max: 300, describes: 'Fields that are read and not written: Account.creditLimit.' }),
    [],
  ),
};

/** A role of the tenant's own. The built-in ones are code. */
export const Role = entity('Role', {
  idPrefix: 'rol',
  describes: 'What people with this role may do. A tenant copies a built-in role and changes it, or makes its own.',
  fields: {
    key: text({
      min: 2,
      max: 40,
      pattern: /^[a-z][a-z0-9-]*$/,
      unique: true,
      describes: 'How users and keys name the role; lower case, no two alike.',
    }),
    name: text({ min: 1, max: 80, describes: 'What people call it.' }),
    description: optional(text({ max: 500, describes: 'For whom it is meant.' })),
    ...grantFields,
  },
  owner: noOwner,
  keys: { byName: { gsi: 3, sort: 'name' } },
  plural: 'ownRoles',
  defaults: ['create', 'update', 'archive', 'restore'],
  check: (after, before) => keyStays(after, before),
  title: ({ name }) => name,
});
