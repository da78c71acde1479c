import { choice, DomainError, mutation, optional, ref, versionInput } from '#kernel';
import { Import } from './import.entity.ts';
import { openPlan, planFieldsOf } from './plan.rules.ts';
import { ImportReview } from './review.entity.ts';
import { adapterOf, valuesFrom } from './targets.rules.ts';
import { createFrom, updateFrom } from './write-row.operations.ts';

export const decideImportRow = mutation('decideImportRow', {
  describes: 'Decides what a row of an import is about that may mean several records.',
  needs: 'importReview.update',
  input: {
    id: ref('ImportReview', { describes: 'Which row.' }),
    version: versionInput,
    action: choice(['CREATE', 'UPDATE', 'SKIP'], {
      named: 'ImportDecision',
      describes: 'Makes a new record, changes one of the candidates, or leaves the row out.',
    }),
    record: optional(ref('*', { describes: 'The candidate to change.' })),
  },
  returns: ImportReview,
  fails: ['CANDIDATE_MISSING'],
  run: async ({ id, action, record }, context) => {
    const review = await context.data(ImportReview).get(id);
    if (action === 'SKIP') return context.data(ImportReview).move(review, 'DISMISSED');
    const row = await context.data(Import).get(review.import);
    const columns = row.profile.columns.map(({ name }) => name);
    const plan = openPlan(context.registry, row, columns);
    const adapter = adapterOf(context.registry, plan.of.name);
    const found = new Map(Object.entries(review.values));
    if (action === 'UPDATE' && (record === undefined || !review.candidates.includes(record)))
      throw new DomainError('CANDIDATE_MISSING', 'Name one of the candidates.', ['record']);
    const made =
      action === 'UPDATE' && record !== undefined
        ? await updateFrom(context, plan, record, found, adapter)
        : await createFrom(
            context,
            plan,
            {
              ...(await adapter?.defaults?.(context)),
              ...valuesFrom(planFieldsOf(context.registry, plan), plan.of, found),
            },
            adapter,
          );
    return context.data(ImportReview).move(review, 'DONE', { record: made.id });
  },
});
