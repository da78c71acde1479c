import { equalities, type Context } from '#kernel';
import { readOn } from '#kernel/read-on';
import { rememberFor } from '#kernel/remember';
import { Sequence, type SequenceRow } from './sequence.entity.ts';

/** Under what the sequences of a tenant are remembered for a minute: every event asks for them. */
export const knownIn = (tenant: string): string => `sequences ${tenant}`;

/** Sequences of a tenant that are followed. */
const mostSequences = 1000;

/** The sequences of the tenant. */
export const knownSequences = (context: Context): Promise<readonly SequenceRow[]> =>
  rememberFor(context, knownIn(context.actor.tenant), async () => {
    const sequences = context.trusted(Sequence);
    return (await readOn((page) => sequences.page('all', page), mostSequences)).rows;
  });

/** The active sequences that an event of a segment starts: those whose filter names the segment. */
export const startedBy = async (
  context: Context,
  { on, segment }: { readonly on: string; readonly segment: string },
): Promise<readonly SequenceRow[]> =>
  (await knownSequences(context)).filter(
    ({ active, starts }) =>
      active &&
      starts.some(
        ({ on: type, where = {} }) => type === on && equalities(where)['segment']?.includes(segment) === true,
      ),
  );
