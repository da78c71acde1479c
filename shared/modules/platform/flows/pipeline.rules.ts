import { DomainError, type AnyRow, type Problem } from '#kernel';
import type { Stage } from './pipeline.entity.ts';

/** What is wrong with the stages of a pipeline. */
export const stageProblems = (stages: readonly Stage[]): readonly Problem[] => [
  ...missingKinds(stages),
  ...repeatedKeys(stages),
];

/** What is wrong with an update that leaves stages out: records may stand in them. */
export const removalProblems = (after: readonly Stage[], before: readonly Stage[]): readonly Problem[] =>
  before.filter(({ key }) => !after.some((stage) => stage.key === key)).map(removed);

const missingKinds = (stages: readonly Stage[]): readonly Problem[] =>
  (['OPEN', 'WON', 'LOST'] as const)
    .filter((kind) => !stages.some((stage) => stage.kind === kind && !stage.retired))
    .map((kind) => ({ code: 'BAD_INPUT', message: `A pipeline needs a stage of kind ${kind}.`, path: ['stages'] }));

const repeatedKeys = (stages: readonly Stage[]): readonly Problem[] =>
  stages.flatMap(({ key }, index) =>
    stages.findIndex((stage) => stage.key === key) === index
      ? []
      : [{ code: 'BAD_INPUT', message: `Two stages are called ${key}.`, path: ['stages', index, 'key'] }],
  );

const removed = ({ key }: Stage): Problem => ({
  code: 'STAGE_REMOVED',
  message: `Use removeStage to take the stage ${key} away, since records may stand in it.`,
  path: ['stages'],
});

/** The stage of a key. @throws STAGE_NOT_FOUND with the stages that there are */
export const stageOf = (pipeline: { readonly stages: readonly Stage[] }, key: string): Stage => {
  const found = pipeline.stages.find((stage) => stage.key === key);
  if (found) return found;
  const names = pipeline.stages.map((stage) => stage.key).join(', ');
  throw new DomainError('STAGE_NOT_FOUND', `The pipeline has no stage ${key}; it has ${names}.`, ['stage']);
};

/** The first stage that takes new records. */
export const firstStage = (pipeline: { readonly stages: readonly Stage[] }): Stage | undefined =>
  pipeline.stages.find((stage) => stage.kind === 'OPEN' && !stage.retired);

/** Whether a record may enter a stage: not a retired one, and not without what the stage asks for. @throws */
export const assertMayEnter = (stage: Stage, row: AnyRow | Readonly<Record<string, unknown>>): void => {
  if (stage.retired) throw new DomainError('STAGE_RETIRED', `The stage ${stage.key} takes no new records.`, ['stage']);
  const missing = stage.requiredFields.filter((name) => isEmpty(valueAt(row, name)));
  const [first] = missing;
  if (first === undefined) return;
  throw new DomainError(
    'REQUIRED_FOR_STAGE',
    `The stage ${stage.key} needs ${missing.join(', ')}.`,
    ['stage'],
    missing.map((name) => ({
      code: 'REQUIRED_FOR_STAGE',
      message: `The stage ${stage.key} needs ${name}.`,
      path: name.split('.'),
    })),
  );
};

/** `contact`, or a field of the tenant's own: `custom.serial`. */
const valueAt = (row: unknown, name: string): unknown =>
  name.split('.').reduce<unknown>((inside, step) => (inside as Record<string, unknown> | undefined)?.[step], row);

const isEmpty = (value: unknown): boolean =>
  value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0);
