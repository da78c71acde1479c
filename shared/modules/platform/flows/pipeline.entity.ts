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
  percent,
  text,
  type Values,
} from '#kernel';
import { stageProblems } from './pipeline.rules.ts';

/** What goes through pipelines. */
export const pipelineSubjects = ['OPPORTUNITY', 'CASE', 'LEAD'] as const;
/** What a stage means for the record that stands in it. */
export const stageKinds = ['OPEN', 'WON', 'LOST', 'POSTPONED'] as const;
/** How sure a forecast counts it. */
export const forecastCategories = ['OMITTED', 'PIPELINE', 'BEST_CASE', 'COMMIT', 'CLOSED'] as const;

const stageFields = {
  key: text({
    max: 40,
    pattern: /^[A-Z][A-Z0-9_]*$/,
    describes: 'Its name for programs: capital letters, digits, underscores.',
  }),
  labels: object(
    'StageLabels',
    { es: text({ max: 60, describes: 'In Spanish.' }), en: text({ max: 60, describes: 'In English.' }) },
    { describes: 'Its name for people.' },
  ),
  kind: choice(stageKinds, { named: 'StageKind', describes: 'Whether work goes on, or how it ended.' }),
  probability: percent({ describes: 'Chance of winning for records in it that name none of their own.' }),
  category: defaulted(
    choice(forecastCategories, { named: 'ForecastCategory', describes: 'How sure the forecast counts it.' }),
    'PIPELINE',
  ),
  requiredFields: defaulted(
    list(text({ max: 60 }), { max: 30, describes: 'Fields that must be filled to enter it.' }),
    [],
  ),
  staleAfterDays: optional(
    integer({ min: 1, max: 3650, describes: 'After so many days without movement a record in it is stale.' }),
  ),
  forPayment: optional(
    boolean({ describes: 'Whether an opportunity that enters it is invoiced, and the invoice mailed, by itself.' }),
  ),
  retired: defaulted(boolean({ describes: 'Takes no new records; those in it stay until they are moved.' }), false),
};

/** A stage of a pipeline, in the pipeline's order. */
export type Stage = Values<typeof stageFields>;

/** The way a kind of record goes, from its first stage to its end. Each tenant has its own. */
export const Pipeline = entity('Pipeline', {
  idPrefix: 'pip',
  describes: 'The stages that opportunities (or cases, or leads) go through, in order, with the rules of each.',
  fields: {
    name: text({ max: 80, describes: 'Its name, unique.', unique: true }),
    subject: defaulted(
      choice(pipelineSubjects, {
        named: 'PipelineSubject',
        describes: 'What goes through it.',
      }),
      'OPPORTUNITY',
    ),
    isDefault: defaulted(boolean({ describes: 'Taken when a new record names no pipeline.' }), false),
    stages: list(object('Stage', stageFields), { max: 30, describes: 'Its stages, in order.' }),
  },
  owner: noOwner,
  keys: { all: { gsi: 3, sort: 'name' } },
  defaults: ['create', 'update', 'archive', 'restore'],
  events: { stageRemoved: 'A stage in which no record stands was taken away.' },
  title: (row) => row.name,
  check: ({ stages }) => stageProblems(stages),
});
