import { DomainError, mutation, optional, text } from '#kernel';
import { Job, startJob } from '#modules/platform/jobs';
import { rebuild } from './rebuild.jobs.ts';

export const rebuildReadModels = mutation('rebuildReadModels', {
  describes:
    'Makes search, timelines, lists under further parents and totals anew, by a job: from the records as they are and from their log. They can be read and records can change meanwhile; nothing is told and nothing reacts. For the day on which one of them is found to be wrong, or says more than it did.',
  needs: rebuild.needs,
  input: { entity: optional(text({ max: 60, describes: 'Only those of this kind of record: `Contact`.' })) },
  returns: Job,
  fails: ['UNKNOWN_ENTITY'],
  run: ({ entity }, context) => {
    if (entity !== undefined && !context.registry.entities.has(entity))
      throw new DomainError('UNKNOWN_ENTITY', `There are no records called ${entity}.`, ['entity']);
    return Promise.resolve(startJob(context, rebuild, entity === undefined ? {} : { entity }));
  },
});
