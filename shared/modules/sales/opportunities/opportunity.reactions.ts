import { reaction, timer } from '#kernel';
import { firstStage, Pipeline, type Stage } from '#modules/platform/flows';
import { startJob } from '#modules/platform/jobs';
import { Opportunity } from './opportunity.entity.ts';
import { enterStage } from './opportunity.operations.ts';
import { changedStages } from './opportunity.rules.ts';
import { followStage, reweighOpportunities } from './reweigh.jobs.ts';

/** Something was done for the opportunity: it is not stale. */
export const noteActivity = reaction('noteActivityOnOpportunity', {
  describes: 'A finished activity is movement: the opportunity is not stale, and its clock starts anew.',
  on: ['activity.completed'],
  run: async (event, { trusted, clock }) => {
    const id = event.data?.['opportunity'];
    if (typeof id !== 'string') return;
    const row = await trusted(Opportunity).find(id);
    if (!row || row.archivedAt !== undefined) return;
    const at = typeof event.data?.['completedAt'] === 'string' ? event.data['completedAt'] : clock.instant();
    if (row.lastActivityAt !== undefined && row.lastActivityAt >= at) return;
    trusted(Opportunity).update(row, { lastActivityAt: at, isStale: false });
  },
});

/** Nothing has moved for longer than the stage allows. */
export const flagStale = timer(Opportunity, {
  describes: 'Flags an opportunity that has not moved for as long as its stage allows.',
  run: (row, { trusted }) => {
    trusted(Opportunity).update(row, { isStale: true }, { event: 'opportunity.becameStale' });
    return Promise.resolve();
  },
});

/** Stages that were changed are changed for those that stand in them. */
export const reweigh = reaction('reweighOnChangedStages', {
  describes: 'Starts the job that tells opportunities what their changed stages say.',
  on: ['pipeline.*'],
  run: async ({ record, changed }, context) => {
    if (record.version === 1 || !('stages' in changed)) return;
    const pipeline = await context.trusted(Pipeline).find(record.id);
    if (pipeline?.subject !== 'OPPORTUNITY') return;
    const { from, to } = changed['stages'];
    const stages = changedStages(from as readonly Stage[], to as readonly Stage[]);
    if (stages.length > 0)
      startJob(context, reweighOpportunities, { pipeline: pipeline.id, stages }, { subject: pipeline.id });
  },
});

/** While it was archived, its stage may have been changed, or removed. */
export const rejoinStage = reaction('rejoinStageOnRestore', {
  describes:
    'Tells a restored opportunity what its stage says by now; without its stage it begins anew in the first one.',
  on: ['opportunity.restored'],
  run: async ({ record }, context) => {
    const row = await context.trusted(Opportunity).find(record.id);
    const pipeline = row && (await context.trusted(Pipeline).find(row.pipeline));
    if (!pipeline || row.archivedAt !== undefined) return;
    const stage = pipeline.stages.find(({ key }) => key === row.stage);
    const first = firstStage(pipeline);
    if (stage) followStage(context, row, stage);
    else if (first) enterStage(context, row, pipeline, first);
  },
});
