import { choice, defaulted, entity, integer, list, noOwner, object, optional, text, type Row } from '#kernel';
import { defaultScoring } from './default-scoring.rules.ts';

/** A tenant has one. */
export const scoringId = 'lsc_00000000000000000000000000';

const facts = [
  'SECTOR',
  'SOURCE',
  'CAPTURE_REASON',
  'ROLE',
  'EMPLOYEES',
  'COUNTRY',
  'PROVINCE',
  'CITY',
  'ZONE',
  'COMPANY',
  'PHONE',
  'EMAIL',
  'FREE_MAIL',
] as const;

export const fitFields = {
  fact: choice(facts, {
    named: 'LeadFact',
    describes: 'What is looked at. ROLE is its function, FREE_MAIL an address of a free provider.',
  }),
  is: optional(
    list(text({ max: 100 }), {
      max: 100,
      describes: 'It is one of these; of a ROLE, it says one of these. When absent, it is enough that it is known.',
    }),
  ),
  min: optional(integer({ min: 0, describes: 'For EMPLOYEES: so many at least.' })),
  max: optional(integer({ min: 0, describes: 'For EMPLOYEES: so many at most.' })),
  points: integer({ min: -50, max: 50, describes: 'What it adds to the fit.' }),
};

export const signalRuleFields = {
  signal: text({ max: 40, pattern: /^[A-Z][A-Z0-9_]*$/, describes: 'What a lead did: REPLY, MEETING.' }),
  points: integer({ min: -50, max: 50, describes: 'What it adds when it happens; half after each half-life.' }),
  cap: optional(integer({ min: 1, max: 50, describes: 'What all of the kind add at most.' })),
};

/** How leads are scored. */
export const LeadScoring = entity('LeadScoring', {
  idPrefix: 'lsc',
  plural: 'leadScorings',
  describes:
    'How the tenant scores its leads: points for what they are (fit, 0 to 50) and for what they did (behaviour, 0 to 50, fading), the ' +
    'borders of the grades, and the score from which a lead is qualified by itself.',
  fields: {
    fit: defaulted(list(object('FitRule', fitFields), { max: 50, describes: 'Points for what a lead is.' }), [
      ...defaultScoring.fit,
    ]),
    signals: defaulted(
      list(object('SignalRule', signalRuleFields), { max: 50, describes: 'Points for what a lead does.' }),
      [...defaultScoring.signals],
    ),
    halfLifeDays: defaulted(
      integer({ min: 1, max: 365, describes: 'Days after which what a lead did counts half.' }),
      defaultScoring.halfLifeDays,
    ),
    gradeA: defaulted(
      integer({ min: 0, max: 100, describes: 'Score from which the grade is A.' }),
      defaultScoring.gradeA,
    ),
    gradeB: defaulted(
      integer({ min: 0, max: 100, describes: 'Score from which the grade is B.' }),
      defaultScoring.gradeB,
    ),
    gradeC: defaulted(
      integer({ min: 0, max: 100, describes: 'Score from which the grade is C; D below.' }),
      defaultScoring.gradeC,
    ),
    qualifyAt: optional(
      integer({ min: 1, max: 100, describes: 'Score from which a lead is qualified by itself; never when absent.' }),
    ),
  },
  owner: noOwner,
  keys: { all: { gsi: 3, sort: 'createdAt' } },
  title: () => 'Lead scoring',
  check: ({ gradeA, gradeB, gradeC }) =>
    gradeA >= gradeB && gradeB >= gradeC
      ? []
      : [{ code: 'BAD_INPUT', message: 'A asks for more than B, and B for more than C.', path: ['gradeB'] }],
});

/** The rules, as code sees them. */
export type LeadScoringRow = Row<typeof LeadScoring>;
