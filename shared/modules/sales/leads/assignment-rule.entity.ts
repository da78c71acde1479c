import {
  boolean,
  choice,
  defaulted,
  entity,
  integer,
  list,
  noOwner,
  object,
  optional,
  ref,
  text,
  type Row,
} from '#kernel';
import { assignmentProblems } from './assignment.rules.ts';
import { assignmentWays, grades } from './lead.entity.ts';

const anyOf = (describes: string) => optional(list(text({ max: 80 }), { max: 100, describes }));

/** To whom new leads go. */
export const AssignmentRule = entity('AssignmentRule', {
  idPrefix: 'asr',
  describes:
    'To whom new leads of a kind go: in turn, to whoever has the fewest, by zone, or to a team. The first rule that fits counts.',
  fields: {
    name: text({ max: 100, describes: 'What people call it.' }),
    position: defaulted(integer({ min: 0, max: 10_000, describes: 'Rules are asked in this order.' }), 0),
    isActive: defaulted(boolean({ describes: 'Whether it is asked at all.' }), true),
    sources: anyOf('Only leads from one of these sources.'),
    captureReasons: anyOf('Only leads captured for one of these reasons.'),
    sectors: anyOf('Only leads of one of these lines of business.'),
    zones: anyOf('Only leads in one of these zones, geographic or own.'),
    leadGrades: optional(
      list(choice(grades, { named: 'LeadGrade' }), { max: 4, describes: 'Only leads of one of these grades.' }),
    ),
    how: choice(assignmentWays, {
      named: 'AssignmentWay',
      describes:
        'ROUND_ROBIN: its people in turn. LOAD: whoever of them has the fewest open leads. BY_ZONE: whoever has the zone. TEAM: nobody ' +
        'yet, the team claims it.',
    }),
    users: defaulted(list(ref('User'), { max: 50, describes: 'The people who take turns.' }), []),
    territories: defaulted(
      list(
        object('Territory', {
          zone: text({ max: 80, describes: 'The key of a zone, geographic or own.' }),
          user: ref('User', { describes: 'Who has it.' }),
        }),
        { max: 200, describes: 'Who has which zone, for BY_ZONE.' },
      ),
      [],
    ),
    team: optional(ref('Team', { describes: 'The team that the leads belong to.' })),
  },
  owner: noOwner,
  keys: { all: { gsi: 3, sort: 'position' } },
  defaults: ['create', 'update', 'archive', 'restore'],
  title: ({ name }) => name,
  check: (rule) => assignmentProblems(rule),
});

/** A rule, as code sees it. */
export type AssignmentRuleRow = Row<typeof AssignmentRule>;
