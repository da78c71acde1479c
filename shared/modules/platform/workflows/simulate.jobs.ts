// A long past period, lived through piece by piece: between two of them the world lies in a file, from where another worker goes on.
import { job, mutation, reaction, type Context, type JobContext } from '#kernel';
import { storeFile } from '#modules/platform/files';
import { Job, startJob } from '#modules/platform/jobs';
import { countBetween } from './simulate-log.operations.ts';
import { live, passTime } from './simulate-past.operations.ts';
import { periodFields, type Told } from './simulate-report.rules.ts';
import { reportOf, tellOpen } from './simulate-telling.rules.ts';
import { keptOf, openWorld, type KeptWorld, type Simulation, type Slice, type World } from './simulate-world.rules.ts';
import { periodOf, planOf, sealed, simulationOf, sliceOf, type Asked } from './simulate.operations.ts';

/** Events that a job goes through, and what it lists of each sort. */
const mostInAll = 100_000;
const mostListed = 50_000;

/** The plan is the one of the moment at which it was asked for, whatever becomes of the workflow meanwhile. */
type Given = { readonly from: string; readonly to: string } & Pick<Asked, 'decides'> & Pick<Simulation, 'plan'>;

/** Where a piece begins, how many were before, and until when it might last. */
type Piece = { readonly part: number; readonly from: string; readonly until: string };

export const simulateLong = job<Given>('simulateWorkflow', {
  describes: 'Tries a workflow over a long period, and leaves the report as a file.',
  needs: 'workflow.simulate',
  total: async ({ from, to }, context) => Math.min(mostInAll, await countBetween(context, from, to)),
  chunk: async (given, cursor, context) => {
    const piece = cursor === undefined ? { part: 0, from: given.from, until: given.to } : (JSON.parse(cursor) as Piece);
    const kept = piece.part === 0 ? undefined : await readWorld(context, piece.part);
    const world = openWorld(await simulationOf(context, given, mostListed), kept);
    const before = world.counts.events;
    const next = await liveOn(world, given, piece, context);
    await putAway(context, piece, world);
    const events = Array.from({ length: world.counts.events - before }, (_, index) => before + index + 1);
    return {
      results: events.map((row) => ({ row, status: 'unchanged' })),
      ...(next && { next: JSON.stringify(next) }),
    };
  },
  finish: async (given, context) => {
    const told = await allTold(context);
    const kept = await readWorld(context, told.length);
    const world = openWorld(await simulationOf(context, given, mostListed), kept);
    const { counts, digest, ...report } = sealed(reportOf(world, told, given));
    const body = JSON.stringify({ ...report, counts, digest });
    const made = { name: 'simulation.json', contentType: 'application/json', body };
    // The same file, should the end come twice.
    const file = await storeFile(context, { ...made, id: context.jobId.replace(/^job_/, 'fil_') });
    return { file: file.id, digest, isComplete: report.isComplete, ...counts };
  },
});

/** Lives through the next piece, and to the end of the period if it is the last one; else answers which one follows. */
const liveOn = async (
  world: World,
  { plan, to }: Given,
  { part, from, until }: Piece,
  context: Context,
): Promise<Piece | undefined> => {
  const slice = await fittingSlice(context, plan, from, until);
  const room = mostInAll - world.counts.events;
  world.isComplete &&= slice.isComplete && slice.events.length <= room;
  await live(world, { ...slice, events: slice.events.slice(0, room) });
  if (world.isComplete && slice.until < to) {
    const twice = new Date(Date.parse(slice.until) + 2 * lengthOf(from, slice.until)).toISOString();
    return { part: part + 1, from: slice.until, until: twice < to ? twice : to };
  }
  await passTime(world, to);
  tellOpen(world);
  return undefined;
};

const lengthOf = (from: string, until: string): number => Date.parse(until) - Date.parse(from);

/** As long a piece, at most until a moment, as can be read at once. */
const fittingSlice = async (
  context: Context,
  plan: Simulation['plan'],
  from: string,
  until: string,
): Promise<Slice & { readonly isComplete: boolean; readonly until: string }> => {
  const slice = await sliceOf(context, plan, from, until);
  const middle = new Date(Date.parse(from) + Math.floor(lengthOf(from, until) / 2)).toISOString();
  return slice.isComplete || middle === from ? { ...slice, until } : fittingSlice(context, plan, from, middle);
};

const folderOf = ({ actor }: Pick<Context, 'actor'>, jobId: string): string => `${actor.tenant}/simulations/${jobId}/`;

const keyOf = (context: JobContext, part: number, what: 'told' | 'world'): string =>
  `${folderOf(context, context.jobId)}${what}/${String(part).padStart(6, '0')}`;

/** The world as so many pieces have left it. */
const readWorld = async (context: JobContext, parts: number): Promise<KeptWorld> => {
  const key = keyOf(context, parts, 'world');
  const text = await context.ports.files.get(key);
  if (!text) throw new Error(`The world of a simulation is not there: ${key}.`);
  return JSON.parse(Buffer.from(text).toString()) as KeptWorld;
};

/** The same piece put away again is the same; the world before the one that it began with is needed no more. */
const putAway = async (context: JobContext, { part }: Piece, world: World): Promise<void> => {
  const { files } = context.ports;
  await files.put(keyOf(context, part + 1, 'told'), JSON.stringify(world.told), 'application/json');
  await files.put(keyOf(context, part + 1, 'world'), JSON.stringify(keptOf(world)), 'application/json');
  if (part > 1) await files.delete(keyOf(context, part - 1, 'world'));
};

const allTold = async (context: JobContext): Promise<readonly Told[]> => {
  const { files } = context.ports;
  const told: Told[] = [];
  const found = await files.list(`${folderOf(context, context.jobId)}told/`);
  for (const key of found.map((each) => each.key).toSorted())
    told.push(JSON.parse(Buffer.from((await files.get(key)) ?? []).toString()) as Told);
  return told;
};

/** What lay between the pieces of a simulation is needed until it has ended. */
export const clearSimulation = reaction('clearSimulation', {
  describes: 'Deletes what a simulation had put away on its way when it has ended or was cancelled.',
  on: ['job.completed', 'job.cancelled'],
  run: async ({ record, data }, context) => {
    if (data?.['name'] !== simulateLong.name) return;
    const { files } = context.ports;
    for (const { key } of await files.list(folderOf(context, record.id))) await files.delete(key);
  },
});

export const startSimulation = mutation('startSimulation', {
  describes:
    'Tries a workflow, or a draft, over a long past period by a job: up to 100,000 events, piece by piece. The job tells how many are done; it ' +
    'can be paused, resumed and cancelled. Its result says how many of each there were, and names the file with the whole report, ' +
    'which lists up to 50,000 of each; `simulateWorkflow` says what is in it.',
  needs: 'workflow.simulate',
  input: periodFields,
  returns: Job,
  run: async (asked, context) => {
    const { decides } = asked;
    const plan = await planOf(context, asked);
    return startJob(context, simulateLong, { ...periodOf(context, asked), plan, ...(decides && { decides }) });
  },
});
