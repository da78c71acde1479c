import { job, mutation } from '#kernel';
import { storeFile } from '#modules/platform/files';
import { Job, startJob } from '#modules/platform/jobs';
import { periodFields } from './simulate-report.rules.ts';
import { periodOf, planOf, reportOver, type Asked } from './simulate.operations.ts';

/** Events that a job goes through, and what it lists of each sort. */
const mostInAll = 50_000;
const mostListed = 50_000;

/** A long period in one piece: what a run decides depends on all that went before. */
export const simulateLong = job<Asked>('simulateWorkflow', {
  describes: 'Tries a workflow over a long period, and leaves the report as a file.',
  needs: 'workflow.simulate',
  chunk: () => Promise.resolve({ results: [] }),
  finish: async (asked, context) => {
    const { counts, digest, ...report } = await reportOver(context, asked, { most: mostInAll, listed: mostListed });
    const body = JSON.stringify({ ...report, counts, digest });
    const file = await storeFile(context, { name: 'simulation.json', contentType: 'application/json', body });
    return { file: file.id, digest, isComplete: report.isComplete, ...counts };
  },
});

export const startSimulation = mutation('startSimulation', {
  describes:
    'Tries a workflow, or a draft, over a long past period by a job: up to 50,000 events. The result of the job says how many of each, and names the file with the whole report; `simulateWorkflow` says what is in it.',
  needs: 'workflow.simulate',
  input: periodFields,
  returns: Job,
  run: async (asked, context) => {
    periodOf(context, asked);
    await planOf(context, asked);
    return startJob(context, simulateLong, asked);
  },
});
