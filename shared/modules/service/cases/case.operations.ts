import {
  change,
  creation,
  DomainError,
  longText,
  optional,
  ref,
  text,
  versionInput,
  type ChangesOf,
  type Context,
} from '#kernel';
import { assertMayEnter, firstStage, Pipeline, pipelineInForce, stageOf, type Stage } from '#modules/platform/flows';
import { takeDocumentNumber } from '#modules/platform/numbering';
import { CaseType, type CaseTypeRow } from './case-type.entity.ts';
import { Case, type CaseRow } from './case.entity.ts';
import { inStatus, isClosing, moveEvent, visitsAfter } from './case.rules.ts';

const statusFailures = ['STAGE_NOT_FOUND', 'STAGE_RETIRED', 'REQUIRED_FOR_STAGE'];

export const createCase = creation(Case, 'createCase', {
  describes: 'Opens a case of an account, in the first status of its type unless told otherwise, with the next number.',
  needs: 'case.create',
  input: { status: optional(text({ max: 40, describes: 'The status to start in; the first one when absent.' })) },
  returns: Case,
  fails: [...statusFailures, 'TYPE_RETIRED'],
  run: async ({ values, status }, context) => {
    const type = await context.trusted(CaseType).get(values.type);
    if (!type.active) throw new DomainError('TYPE_RETIRED', `${type.labels.en} takes no new cases.`, ['type']);
    const pipeline = await pipelineInForce(context, await context.trusted(Pipeline).get(type.pipeline));
    const stage = status === undefined ? firstStage(pipeline) : stageOf(pipeline, status);
    if (!stage) throw new DomainError('STAGE_NOT_FOUND', 'The type has no open status.', ['status']);
    const at = context.clock.instant();
    const row = context.data(Case).create({
      ...values,
      ...inStatus(pipeline.id, stage, at),
      number: await takeDocumentNumber(context, seriesOf(type)),
      openedAt: at,
      ...(isClosing(stage) && { closedAt: at }),
      statusHistory: [],
    });
    assertMayEnter(stage, row);
    return row;
  },
});

const seriesOf = ({ key, series }: CaseTypeRow): string => series ?? `case/${key}`;

export const moveCase = change(Case, 'moveCase', {
  describes:
    'Gives a case another status. What the status requires must be there, or come with the same call. Statuses of kind WON and LOST close it.',
  needs: 'case.move',
  input: {
    id: ref('Case', { describes: 'Which one.' }),
    version: optional(versionInput),
    status: text({ max: 40, describes: 'The key of the new status.' }),
    result: optional(longText({ describes: 'What came of it, when it is closed.' })),
  },
  returns: Case,
  fails: [...statusFailures, 'TYPE_FIXED'],
  run: async ({ id, status, result, changes }, context) => {
    const row = await context.data(Case).get(id);
    const pipeline = await pipelineInForce(context, await context.trusted(Pipeline).get(row.pipeline));
    return enterStatus(context, row, stageOf(pipeline, status), {
      ...changes,
      ...(result !== undefined && { result }),
    });
  },
});

/** Fills in a case and gives it a status of its pipeline, with its history. */
export const enterStatus = (
  context: Context,
  row: CaseRow,
  stage: Stage,
  more: ChangesOf<typeof Case> = {},
): CaseRow => {
  const cases = context.data(Case);
  const event = row.status === stage.key ? 'case.updated' : moveEvent(row.statusKind, stage.kind);
  const filled = cases.update(row, more, { event });
  if (row.status === stage.key) return filled;
  assertMayEnter(stage, filled);
  const at = context.clock.instant();
  const changes = {
    ...inStatus(row.pipeline, stage, at),
    statusHistory: visitsAfter(row, at, context.actor.id),
    closedAt: isClosing(stage) ? (isClosing({ kind: row.statusKind }) ? (row.closedAt ?? at) : at) : null,
  };
  return cases.update(filled, changes, { event });
};
