import { job, mutation, reaction, type Piece, type RowResult } from '#kernel';
import { Job, startJob } from '#modules/platform/jobs';
import { zoneMaps, type ZoneMap } from '#modules/parties/zones';
import { Account } from './account.entity.ts';
import { zonesNow } from './zoning.operations.ts';

/** Accounts of one chunk. */
const perChunk = 90;

/** Looks at all accounts and puts each into the zones in which it lies. */
export const rezone = job<Readonly<Record<string, never>>>('rezoneAccounts', {
  describes: 'Puts every account into the zones in which it lies; those that were put there by hand stay.',
  needs: 'zone.update',
  chunk: async (_given, cursor, context) => {
    const maps = await zoneMaps(context, true);
    const page = await context
      .trusted(Account)
      .page('byName', { first: perChunk, ...(cursor !== undefined && { after: cursor }) });
    const outcomes = await context.together(
      page.rows.map(({ id }) => placing(maps, id, `${context.jobId} ${id}`, context.actor.country)),
    );
    return {
      results: outcomes.map(({ status, record }, row): RowResult => ({
        row: row + 1,
        status,
        ...(record !== undefined && { record }),
      })),
      ...(page.hasNextPage && page.endCursor !== undefined && { next: page.endCursor }),
    };
  },
});

const placing = (maps: readonly ZoneMap[], id: string, key: string, country: string): Piece => ({
  key,
  reads: [id],
  run: async ({ trusted }) => {
    const account = await trusted(Account).get(id);
    return account.archivedAt === undefined
      ? trusted(Account).update(account, zonesNow(maps, account, country))
      : account;
  },
});

export const rezoneAccounts = mutation('rezoneAccounts', {
  describes: 'Lets every account find its zones anew, now. It happens by itself after zones have changed.',
  needs: 'zone.update',
  input: {},
  returns: Job,
  run: (_input, context) => Promise.resolve(startJob(context, rezone, {})),
});

export const followZones = reaction('followZones', {
  describes: 'Accounts find their zones anew once new definitions of zones hold everywhere.',
  on: ['zone.settled'],
  run: (_event, context) => {
    startJob(context, rezone, {});
    return Promise.resolve();
  },
});
