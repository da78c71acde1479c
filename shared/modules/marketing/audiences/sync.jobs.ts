import { DomainError, given, job, type ChangesOf, type Context, type Piece } from '#kernel';
import { AdAudience, type AdAudienceRow } from './ad-audience.entity.ts';
import { AudienceMember, type AudienceMemberRow } from './audience-member.entity.ts';
import { isKeptUp } from './membership.operations.ts';
import { isKnowable, isSame, movedTo, retryAt, type Identity } from './identities.rules.ts';
import { identityOf } from './identity.operations.ts';
import { tellPlatform } from './platform.operations.ts';

type Given = { readonly audience: string };

/** Members that are told at once. */
const perChunk = 90;
const mostChunks = 200;
const day = 86_400_000;
/** After so many chunks the rest waits. */
const breather = 15 * 60_000;

/** A member with what the platform is told of it. */
type Told = Identity & { readonly member: AudienceMemberRow };

/** Tells a platform of all who wait, some at a time. What fails is tried again when the audience is due next. */
export const syncAudience = job<Given>('syncAudience', {
  describes: 'Tells an advertising platform who was added to an audience and who was removed.',
  needs: 'adAudience.sync',
  chunk: async ({ audience: id }, cursor = '1', context) => {
    const audience = await context.trusted(AdAudience).get(id);
    const waiting = await waitingIn(context, audience);
    if (waiting.length === 0) return settled(context, audience, {});
    const told = await kept(
      context,
      await Promise.all(waiting.map((member) => tellingOf(context, audience, member))),
      cursor,
    );
    const problem = await tried(() => tell(context, audience, told));
    if (problem !== undefined) return settled(context, audience, { problem });
    const outcomes = await context.together(told.map((each) => noting(audience, each, cursor)));
    const results = outcomes.map(({ status, record }, row) => ({ row: row + 1, status, ...given({ record }) }));
    // The list may lag: it shows for a moment who was told just now. A failure that stays must not go round for ever.
    if (Number(cursor) < mostChunks) return { results, next: String(Number(cursor) + 1) };
    const syncAt = new Date(context.clock.now().getTime() + breather).toISOString();
    if (audience.archivedAt === undefined) context.trusted(AdAudience).update(audience, { syncAt }, { aside: true });
    return { results };
  },
});

/** The next who wait. The index lags: pages of it may show only those who were told just now. */
const waitingIn = async (context: Context, audience: AdAudienceRow): Promise<readonly AudienceMemberRow[]> => {
  const members = context.trusted(AudienceMember);
  for (let after: string | undefined; ;) {
    const page = await members.page('waiting', { of: audience.id, first: perChunk, ...given({ after }) });
    const current = await members.getMany(page.rows.map((row) => row.id));
    const waiting = [...current.values()].filter(
      ({ status }) => status === 'REMOVING' || (status === 'ADDING' && isKeptUp(audience)),
    );
    after = page.hasNextPage ? page.endCursor : undefined;
    if (waiting.length > 0 || after === undefined) return waiting;
  }
};

/** What a platform is going to be told is kept first: whoever goes meanwhile, or after a crash, is removed by it. */
const kept = async (context: Context, told: readonly Told[], cursor: string): Promise<readonly Told[]> => {
  const outcomes = await context.together(told.map((each) => keeping(each, cursor)));
  return told.filter((_each, index) => outcomes[index]?.status !== 'failed');
};

const keeping = ({ member: { id, status }, hashes, former }: Told, cursor: string): Piece => ({
  key: `keep ${id} ${cursor}`,
  run: async (unit) => {
    const members = unit.trusted(AudienceMember);
    const member = await members.get(id);
    if (member.status !== status) throw new DomainError('CHANGED', 'It has changed meanwhile, and is looked at again.');
    const { emailHash = null, phoneHash = null } = hashes;
    return members.update(member, { emailHash, phoneHash, former: former.length > 0 ? former : null }, { aside: true });
  },
});

/** Ends the run: the next one is a look in a day, or another try of what failed. */
const settled = (context: Context, audience: AdAudienceRow, { problem }: { readonly problem?: string }) => {
  // What is archived takes no notes: those who wait in it have clocks of their own.
  if (audience.archivedAt !== undefined) return { results: [] };
  const now = context.clock.now();
  const failures = problem === undefined ? 0 : audience.failures + 1;
  // Who came in since this run began has set the clock already.
  const next = audience.syncAt ?? (isKeptUp(audience) ? new Date(now.getTime() + day).toISOString() : null);
  const changes: ChangesOf<typeof AdAudience> =
    problem === undefined
      ? { failures, problem: null, syncedAt: now.toISOString(), syncAt: next }
      : {
          failures,
          problem: { at: now.toISOString(), message: problem.slice(0, 500) },
          syncAt: retryAt(now, failures),
        };
  context.trusted(AdAudience).update(audience, changes, { aside: true });
  return { results: [] };
};

/** What went wrong; whatever a service outside does wrong is no failure of ours, and is tried again. */
const tried = async (work: () => Promise<void>): Promise<string | undefined> => {
  try {
    await work();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
};

/** Who is added is known by address and number as they are now; who is removed, as the platform was told. */
const tellingOf = async (context: Context, { platform }: AdAudienceRow, member: AudienceMemberRow): Promise<Told> => {
  const { status, emailHash, phoneHash, subject } = member;
  const hashes = status === 'REMOVING' ? given({ emailHash, phoneHash }) : await identityOf(context, platform, subject);
  return { member, ...movedTo(hashes, member) };
};

/** What is to be forgotten comes first: nobody may be forgotten by what was just added. */
const tell = (context: Context, audience: AdAudienceRow, told: readonly Told[]): Promise<void> => {
  const of = (status: string) =>
    told.flatMap(({ member, hashes }) => (member.status === status && isKnowable(hashes) ? [hashes] : []));
  return tellPlatform(context, audience, [
    { action: 'REMOVE', members: [...of('REMOVING'), ...told.flatMap(({ former }) => former)] },
    { action: 'ADD', members: of('ADDING') },
  ]);
};

/** Notes what the platform was told; who has changed meanwhile waits for the next time. Nobody can be added who cannot be reached. */
const noting = ({ platform }: AdAudienceRow, { member: { id, status }, hashes }: Told, cursor: string): Piece => ({
  key: `${id} ${cursor}`,
  run: async (unit) => {
    const members = unit.trusted(AudienceMember);
    const member = await members.get(id);
    if (member.status !== status) return undefined;
    const at = unit.clock.instant();
    if (status === 'ADDING' && !isSame(hashes, await identityOf(unit, platform, member.subject))) return undefined;
    if (status === 'ADDING' && isKnowable(hashes)) return members.move(member, 'ADDED', { former: null, addedAt: at });
    const nothing = { emailHash: null, phoneHash: null, former: null, tellAt: null };
    return members.move(member, 'REMOVED', { ...nothing, removedAt: at });
  },
});
