import type { DraftOf, Problem } from '#kernel';
import type { Pipeline, Stage } from '#modules/platform/flows';

/** The key under which opportunities stand among the types of cases. */
export const opportunityKey = 'OPPORTUNITY';

type Keyed = { readonly key: string; readonly pipeline: string };

const wrong = (code: string, message: string, path: Problem['path'] & object): Problem => ({ code, message, path });

/** What is wrong with a type, and what of a change would leave its cases without their statuses. */
export const typeProblems = (after: Keyed, before?: Keyed): readonly Problem[] => [
  ...(after.key === opportunityKey
    ? [wrong('BAD_INPUT', 'Opportunities are the built-in type of this key.', ['key'])]
    : []),
  ...(before && before.key !== after.key
    ? [wrong('TYPE_FIXED', 'Numbers and programs name a type by its key; make another type.', ['key'])]
    : []),
  ...(before && before.pipeline !== after.pipeline
    ? [wrong('TYPE_FIXED', 'Cases stand in the statuses of this pipeline; change its stages instead.', ['pipeline'])]
    : []),
];

type Action = {
  readonly key: string;
  readonly does: 'MOVE' | 'CREATE_ACTIVITY' | 'SEND_MAIL';
  readonly status?: string;
  readonly activityType?: string;
  readonly template?: string;
};

const needs = { MOVE: 'status', CREATE_ACTIVITY: 'activityType', SEND_MAIL: 'template' } as const;

/** What is wrong with actions: twice the same key, or not said what it needs. */
export const actionProblems = (actions: readonly Action[]): readonly Problem[] =>
  actions.flatMap((action, index) => [
    ...(actions.findIndex(({ key }) => key === action.key) === index
      ? []
      : [wrong('BAD_INPUT', `Two actions are called ${action.key}.`, ['actions', index, 'key'])]),
    ...(action[needs[action.does]] === undefined
      ? [wrong('BAD_INPUT', `An action that does ${action.does} needs it.`, ['actions', index, needs[action.does]])]
      : []),
  ]);

const stage = (key: string, es: string, en: string, kind: Stage['kind']): Stage => ({
  key,
  labels: { es, en },
  kind,
  probability: kind === 'WON' ? '100' : '0',
  category: 'OMITTED',
  requiredFields: [],
  retired: false,
});

/** The statuses of a type that names none: new, at work, waiting, solved, not solved. */
export const pipelineOfType = (key: string): DraftOf<typeof Pipeline> => ({
  name: `Case ${key}`,
  subject: 'CASE',
  stages: [
    stage('NEW', 'Nuevo', 'New', 'OPEN'),
    stage('IN_PROGRESS', 'En curso', 'In progress', 'OPEN'),
    stage('WAITING', 'En espera', 'Waiting', 'POSTPONED'),
    stage('SOLVED', 'Resuelto', 'Solved', 'WON'),
    stage('NOT_SOLVED', 'Sin solución', 'Not solved', 'LOST'),
  ],
});
