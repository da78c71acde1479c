import { scopeOf, type AnyEntity, type AnyRow, type Context } from '#kernel';
import { feedEnd } from '#kernel/feed';
import type { Place, SyncPage } from './page.rules.ts';
import { syncedEntities, syncedTypes } from './synced.operations.ts';

/** Pages of keys that one answer reads at most, so that a person of many teams cannot make it slow. */
const mostReads = 8;

/** One run of the first copy: the open records of an entity that one holder has. */
type Step = { readonly of: AnyEntity; readonly holder: string };

/** A page of the first copy. Changes are followed from where the feed ended when it began, so that none is lost between. */
export const readSnapshot = async (context: Context, known: Place | undefined, first: number): Promise<SyncPage> => {
  const place = known ?? { feed: await feedEnd(context.ports.table, context.actor.tenant), step: 0 };
  const delegated = known ? [] : await readDelegated(context);
  const { records, step, within } = await readSteps(context, place, first);
  const goesOn = step < stepsOf(context).length;
  return {
    records: [...delegated, ...records],
    removed: [],
    place: { feed: place.feed, ...(goesOn && { step, ...(within !== undefined && { within }) }) },
    hasMore: goesOn,
  };
};

/** The first page brings them all: they are few. */
const readDelegated = async (context: Context): Promise<readonly AnyRow[]> => {
  const types = syncedTypes(context);
  const prefixes = new Set(types.map((type) => context.registry.entity(type).idPrefix));
  const ids = [...context.actor.granted].filter((id) => prefixes.has(id.slice(0, id.indexOf('_'))));
  const found = await context.records(ids);
  return [...found.values()].filter((row) => row.archivedAt === undefined);
};

const stepsOf = (context: Context): readonly Step[] => {
  const { actor } = context;
  const holders = [...(actor.userId === undefined ? [] : [actor.userId]), ...[...actor.teams].sort()];
  return syncedEntities(context)
    .filter(({ name }) => scopeOf(actor, name, 'read') !== 'none')
    .flatMap((of) => holders.map((holder) => ({ of, holder })));
};

const readSteps = async (context: Context, { step = 0, within }: Place, first: number) => {
  const steps = stepsOf(context);
  const records: AnyRow[] = [];
  let [at, after] = [step, within];
  for (let reads = 0; reads < mostReads && records.length < first; reads += 1) {
    const current = steps[at];
    if (!current) break;
    const page = await context.data(current.of).page(ownKey(current.of), {
      of: current.holder,
      first: first - records.length,
      ...(after !== undefined && { after }),
    });
    records.push(...page.rows);
    after = page.hasNextPage ? page.endCursor : undefined;
    if (after === undefined) at += 1;
  }
  return { records, step: at, within: after };
};

const ownKey = (of: AnyEntity): string => {
  const [name] = Object.entries(of.keys).find(([, spec]) => 'gsi' in spec && spec.gsi === 2) ?? [];
  if (name === undefined) throw new Error(`${of.name} has no key by its owner and cannot be synced.`);
  return name;
};
