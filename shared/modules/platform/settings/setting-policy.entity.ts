import { choice, defaulted, derived, entity, noOwner, optional, text, type Row } from '#kernel';
import { openings, settingPlace } from './setting-kinds.rules.ts';

/** How a setting is governed. */
export const SettingPolicy = entity('SettingPolicy', {
  idPrefix: 'spo',
  plural: 'settingPolicies',
  describes:
    'How a setting is governed: fixed by the tenant, open to teams, or open to users too; and whose agreement a change needs. Settings without a policy are fixed and change at once. Holds within a minute.',
  fields: {
    kind: text({ max: 40, describes: 'The kind of setting, as `settingKinds` names it: PIPELINE. It stays.' }),
    key: optional(
      text({ max: 120, describes: 'Which one; every one of the kind that has no policy when absent. It stays.' }),
    ),
    openTo: defaulted(
      choice(openings, {
        named: 'SettingOpening',
        describes: 'Who may have own values: nobody, teams, or teams and users.',
      }),
      'FIXED',
    ),
    approval: optional(
      text({
        min: 1,
        max: 60,
        describes:
          'The kind of approval policy that says who must agree before a change counts: `settings`. Changes count at once when absent.',
      }),
    ),
    place: derived(text({ max: 180, unique: true, describes: 'Kind and key; there is one policy for each.' })),
  },
  owner: noOwner,
  keys: { all: { gsi: 3, sort: 'place' }, byKind: { gsi: 4, of: 'kind', sort: 'place' } },
  defaults: ['archive', 'restore'],
  timeline: ['id'],
  title: ({ place }) => place,
  prepare: ({ kind, key }) => ({ place: settingPlace(kind, key) }),
  check: (after, before) =>
    before && before.place !== after.place
      ? [{ code: 'BAD_INPUT', message: 'A policy stays with its setting; make another one.', path: ['key'] }]
      : [],
});

/** A policy, as code sees it. */
export type SettingPolicyRow = Row<typeof SettingPolicy>;
