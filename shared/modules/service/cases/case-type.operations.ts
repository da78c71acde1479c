import { creation, DomainError, optional, ref, type Context, type Row } from '#kernel';
import { Pipeline } from '#modules/platform/flows';
import { CaseType, type CaseTypeRow } from './case-type.entity.ts';
import { pipelineOfType } from './case-type.rules.ts';

export const createCaseType = creation(CaseType, 'createCaseType', {
  describes: 'Defines a kind of case. Without a pipeline it gets one of its own, with the usual statuses.',
  needs: 'caseType.create',
  input: {
    pipeline: optional(
      ref('Pipeline', { describes: 'Its statuses: a pipeline of subject CASE; a new one when absent.' }),
    ),
  },
  returns: CaseType,
  fails: ['NOT_A_CASE_PIPELINE'],
  run: async ({ values, pipeline: id }, context) => {
    const pipeline = await pipelineFor(context, values.key, id);
    return context.data(CaseType).create({ ...values, pipeline: pipeline.id });
  },
});

const pipelineFor = async (
  { data, trusted }: Context,
  key: string,
  id: string | undefined,
): Promise<Row<typeof Pipeline>> => {
  if (id === undefined) return trusted(Pipeline).create(pipelineOfType(key));
  const pipeline = await data(Pipeline).get(id);
  if (pipeline.subject === 'CASE') return pipeline;
  throw new DomainError('NOT_A_CASE_PIPELINE', `Through ${pipeline.name} goes something else than cases.`, [
    'pipeline',
  ]);
};

/** The type with this key, while it takes new cases. */
export const activeTypeWith = async (
  { trusted }: Context,
  key: string | undefined,
): Promise<CaseTypeRow | undefined> => {
  const type = key === undefined ? undefined : await trusted(CaseType).findUnique('key', key);
  return type?.active === true && type.archivedAt === undefined ? type : undefined;
};
