import { module } from '#kernel';
import { privacyBelongings, type PrivacyBelonging } from '#modules/platform/privacy';
import { figuresPoint, figureTotals } from './figures.rules.ts';
import { segmentFlow } from './flow.operations.ts';
import { recountMembers, recountSegmentFlow } from './recount.jobs.ts';
import { SegmentStanding } from './standing.entity.ts';
import { segmentTotals } from './standing.projections.ts';
import { followFigures, followHolders, followMembers } from './standing.reactions.ts';
import { workFigures } from './work-figures.rules.ts';

export { figuresPoint, figureTotals, type Figures } from './figures.rules.ts';
export { followFigures } from './standing.reactions.ts';

/** What is counted of a person alone goes with that person. */
const ofPeople: readonly PrivacyBelonging[] = [{ of: SegmentStanding.name, field: 'subject' }];

/** The process flow of segments: whom one has spoken to, what is planned and done, what has come of it. */
export const segmentFlows = module('engagement/segment-flow', {
  entities: [SegmentStanding],
  operations: [segmentFlow, recountSegmentFlow],
  jobs: [recountMembers],
  reactions: [followMembers, followHolders, followFigures(workFigures)],
  rollups: [segmentTotals, figureTotals(workFigures)],
  contributes: { [figuresPoint]: [workFigures], [privacyBelongings]: ofPeople },
});
