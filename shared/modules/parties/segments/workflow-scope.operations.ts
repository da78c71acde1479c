import type { ScopeJudge } from '#modules/platform/workflows';
import { presentIn } from './membership.operations.ts';

/** Special workflows of a segment count for the records in it, and for what belongs to an account or contact in it. */
export const segmentScope: ScopeJudge = {
  kind: 'SEGMENT',
  holds: async (context, segment, record) => {
    const subjects = [record.id, record['account'], record['contact']].filter((id) => typeof id === 'string');
    return (await presentIn(context, segment, subjects)).size > 0;
  },
};
