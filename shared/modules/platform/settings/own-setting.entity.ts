import { derived, derivedOptional, entity, json, link, noOwner, ref, text, type Row } from '#kernel';
import type { SettingValues } from './setting-kinds.rules.ts';

/** What a team or a user has settled otherwise than the tenant. */
export const OwnSetting = entity('OwnSetting', {
  idPrefix: 'ows',
  describes:
    'What a team or a user has settled otherwise than the tenant. It counts while the policy of the setting is open to them; a user’s comes before a team’s.',
  fields: {
    kind: derived(text({ max: 40, describes: 'The kind of setting: PIPELINE.' })),
    key: derived(text({ max: 120, describes: 'Which one.' })),
    user: derivedOptional(ref('User', { describes: 'Whose, where it is a person’s.' })),
    team: derivedOptional(ref('Team', { describes: 'Whose, where it is a team’s.' })),
    values: derived(
      json<SettingValues>({ describes: 'The values that differ, by field; the others follow the tenant’s.' }),
    ),
    place: derived(text({ max: 220, unique: true, describes: 'Kind, key and holder; there is one for each.' })),
  },
  owner: noOwner,
  keys: {
    byUser: { gsi: 1, of: 'user', sort: 'place', on: 'User.ownSettings' },
    byTeam: link('team', 'place', 'Team.ownSettings'),
    all: { gsi: 3, sort: 'place' },
    byKind: { gsi: 4, of: 'kind', sort: 'place' },
  },
  timeline: ['id'],
  title: ({ kind, key }) => `${kind} ${key}`,
});

/** An own setting, as code sees it. */
export type OwnSettingRow = Row<typeof OwnSetting>;
