import {
  boolean,
  choice,
  defaulted,
  entity,
  integer,
  list,
  money,
  noOwner,
  object,
  optional,
  ref,
  text,
  type Row,
} from '#kernel';

/** One round of asking. */
export const policyStep = object('ApprovalPolicyStep', {
  by: choice(['PERSON', 'TEAM', 'TEAM_MANAGER', 'MANAGER'], {
    named: 'ApproverKind',
    describes: 'Who is asked: a person, the people of a team, who leads a team, or who is above the one who asks.',
  }),
  user: optional(ref('User', { describes: 'The person, for PERSON.' })),
  team: optional(ref('Team', { describes: 'The team, for TEAM and TEAM_MANAGER.' })),
  level: optional(
    integer({
      min: 1,
      max: 10,
      describes: 'How far above, for MANAGER: 1 is the direct one, which counts when absent.',
    }),
  ),
  needed: optional(integer({ min: 1, max: 10, describes: 'How many of them must agree; 1 when not said.' })),
});

/** Who must agree to what, from which amount on. */
export const ApprovalPolicy = entity('ApprovalPolicy', {
  idPrefix: 'apo',
  plural: 'approvalPolicies',
  describes:
    'Who must agree to a kind of thing, from an amount on. Of several policies of a kind, the one with the highest amount that is reached counts.',
  fields: {
    name: text({ min: 1, max: 120, describes: 'What people call it.', search: 'words' }),
    kind: text({
      max: 60,
      describes: 'What it is about: quote.discount, expense.',
    }),
    from: optional(money({ describes: 'The amount from which it counts; any amount when absent.' })),
    steps: list(policyStep, { max: 5, describes: 'Who is asked, one round after the other.' }),
    days: optional(
      integer({ min: 1, max: 365, describes: 'After so many days without a decision the question lapses.' }),
    ),
    active: defaulted(boolean({ describes: 'Whether it counts.' }), true),
  },
  owner: noOwner,
  keys: { all: { gsi: 3, sort: 'name' }, byKind: { gsi: 4, of: 'kind', sort: 'name' } },
  defaults: ['create', 'update', 'archive', 'restore'],
  timeline: ['id'],
  title: ({ name }) => name,
  check: ({ steps }) => [
    ...(steps.length === 0 ? [{ code: 'BAD_INPUT', message: 'Somebody must be asked.', path: ['steps'] }] : []),
    ...steps.flatMap(({ by, user, team }, index) => {
      const path = ['steps', index];
      if (by === 'PERSON' && user === undefined)
        return [{ code: 'BAD_INPUT', message: 'Name the person.', path: [...path, 'user'] }];
      const asksTeam = by === 'TEAM' || by === 'TEAM_MANAGER';
      if (asksTeam && team === undefined)
        return [{ code: 'BAD_INPUT', message: 'Name the team.', path: [...path, 'team'] }];
      return [];
    }),
  ],
});

/** A policy, as code sees it. */
export type PolicyRow = Row<typeof ApprovalPolicy>;
