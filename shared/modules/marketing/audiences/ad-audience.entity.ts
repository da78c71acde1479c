import {
  boolean,
  choice,
  dateTime,
  defaulted,
  derived,
  derivedOptional,
  entity,
  integer,
  list,
  noOwner,
  object,
  ref,
  text,
  type Row,
} from '#kernel';
import { ConsentProof } from '#modules/platform/privacy';
import { destinationProblems } from './identities.rules.ts';

/** Where audiences are. */
export const adPlatforms = ['META', 'GOOGLE', 'OTHER'] as const;

/** An audience on an advertising platform: those who agreed to be shown advertising there. */
export const AdAudience = entity('AdAudience', {
  idPrefix: 'aud',
  describes:
    'An audience on an advertising platform: those who agreed to see our advertising there. Who agrees is added, who takes that back is removed; the platform gets hashes of addresses and numbers, never these themselves.',
  fields: {
    name: text({ min: 1, max: 100, search: 'words', describes: 'What people call it.' }),
    platform: choice(adPlatforms, { named: 'AdPlatform', describes: 'Where it is.' }),
    destination: text({
      max: 500,
      describes:
        'META: the id of the custom audience. GOOGLE: `<account>/<user list>`. OTHER: an https address that takes `{action, members}`.',
    }),
    purpose: defaulted(ConsentProof.fields.purpose, 'ADVERTISING'),
    channel: defaulted(ConsentProof.fields.channel, 'EMAIL'),
    forms: defaulted(
      list(ref('Form'), { max: 50, describes: 'Only those who sent one of these forms; all who agreed when empty.' }),
      [],
    ),
    active: defaulted(
      boolean({ describes: 'Whether people are added. Who takes the consent back is removed also when not.' }),
      true,
    ),
    hasCredential: derived(boolean({ describes: 'Whether the platform’s secret is there.' })),
    syncAt: derivedOptional(dateTime({ describes: 'When the platform is told next.' })),
    syncedAt: derivedOptional(dateTime({ describes: 'When it was told last.' })),
    failures: derived(integer({ describes: 'Tries since then that failed.' })),
    problem: derivedOptional(
      object(
        'AudienceProblem',
        {
          at: dateTime({ describes: 'When.' }),
          message: text({ max: 500, describes: 'What the platform answered.' }),
        },
        { describes: 'Why the last try failed.' },
      ),
    ),
  },
  owner: noOwner,
  keys: { byName: { gsi: 3, sort: 'name' } },
  defaults: ['archive', 'restore'],
  timeline: ['id'],
  title: ({ name }) => name,
  check: (after) => destinationProblems(after),
  dueAt: ({ syncAt }) => syncAt,
});

/** An audience, as code sees it. */
export type AdAudienceRow = Row<typeof AdAudience>;
