import { rollup } from '#kernel';
import { Enrolment } from './enrolment.entity.ts';

/** What stands in a cell where an enrolment has no owner. */
export const nobody = '';

/** Enrolments of a sequence counted: one cell an owner, so that a step taken is one write. */
export const enrolmentTotals = rollup('enrolmentTotals', {
  describes: 'Enrolments by sequence and owner: how they stand, at which step, why they ended, what became of steps.',
  of: Enrolment,
  shards: 1,
  contributions: (row) => {
    const { sequence, ownerId = nobody, status, step, endReason, isOverdue, visits, archivedAt } = row;
    if (archivedAt !== undefined) return [];
    const amounts: Record<string, number> = {};
    const count = (...words: readonly string[]): void => {
      const name = words.join('/');
      amounts[name] = (amounts[name] ?? 0) + 1;
    };
    count('status', status);
    if (endReason !== undefined) count('end', endReason);
    if (step !== undefined) count('at', step);
    if (step !== undefined && isOverdue) count('overdue', step);
    for (const visit of visits) count(visit.outcome, visit.step);
    return [{ partition: sequence, cell: ownerId, amounts }];
  },
});
