import { given, job, type ChangesOf, type Context, type Piece } from '#kernel';
import { AdAudience, type AdAudienceRow } from './ad-audience.entity.ts';
import { AudienceMember, type AudienceMemberRow } from './audience-member.entity.ts';
import { hashesFor, retryAt, type Hashes } from './identities.rules.ts';
import { tellPlatform } from './platform.operations.ts';

type Given = { readonly audience: string };

/** Members that are told at once. */
const perChunk = 90;
const day = 86_400_000;

/** A member with what the platform is told of it. */
type Told = { readonly member: AudienceMemberRow; readonly hashes: Hashes };

/** Tells a platform of all who wait, some at a time. What fails is tried again when the audience is due next. */
export const syncAudience = job<Given>('syncAudience', {
  describes: 'Tells an advertising platform who was added to an audience and who was removed.',
  needs: 'adAudience.sync',
  chunk: async ({ audience: id }, cursor = '1', context) => {
    const audience = await context.trusted(AdAudience).get(id);
    const { rows } = await context.trusted(AudienceMember).page('waiting', { of: id, first: perChunk });
    const current = await context.trusted(AudienceMember).getMany(rows.map((row) => row.id));
    const waiting = [...current.values()].filter(({ status }) => status === 'ADDING' || status === 'REMOVING');
    if (waiting.length === 0) return settled(context, audience, {});
    const told = await Promise.all(waiting.map((member) => tellingOf(context, audience, member)));
    const problem = await tried(() => tell(context, audience, told));
    if (problem !== undefined) return settled(context, audience, { problem });
    const outcomes = await context.together(told.map((each) => noting(context, each, cursor)));
    const results = outcomes.map(({ status, record }, row) => ({ row: row + 1, status, ...given({ record }) }));
    // The list may lag: it shows for a moment who was told just now. A failure that stays must not go round for ever.
    return { results, ...(Number(cursor) < mostChunks && { next: String(Number(cursor) + 1) }) };
  },
});

const mostChunks = 200;

/** Ends the run: the next one is a look in a day, or another try of what failed. */
const settled = (context: Context, audience: AdAudienceRow, { problem }: { readonly problem?: string }) => {
  const now = context.clock.now();
  const failures = problem === undefined ? 0 : audience.failures + 1;
  const changes: ChangesOf<typeof AdAudience> =
    problem === undefined
      ? { failures, problem: null, syncedAt: now.toISOString(), syncAt: new Date(now.getTime() + day).toISOString() }
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
  if (member.status === 'REMOVING')
    return { member, hashes: given({ emailHash: member.emailHash, phoneHash: member.phoneHash }) };
  const person = (await context.records([member.subject])).get(member.subject);
  const { email, phone } = (person ?? {}) as { readonly email?: string; readonly phone?: string };
  return { member, hashes: hashesFor(platform, given({ email, phone })) };
};

const isKnowable = ({ hashes }: Told): boolean => hashes.emailHash !== undefined || hashes.phoneHash !== undefined;

const tell = (context: Context, audience: AdAudienceRow, told: readonly Told[]): Promise<void> => {
  const of = (status: string): readonly Hashes[] =>
    told.filter((each) => each.member.status === status && isKnowable(each)).map(({ hashes }) => hashes);
  return tellPlatform(context, audience, [
    { action: 'ADD', members: of('ADDING') },
    { action: 'REMOVE', members: of('REMOVING') },
  ]);
};

/** Notes what the platform was told; who has changed meanwhile waits for the next time. Nobody can be added who cannot be reached. */
const noting = ({ clock }: Context, each: Told, cursor: string): Piece => ({
  key: `${each.member.id} ${cursor}`,
  run: async (unit) => {
    const members = unit.trusted(AudienceMember);
    const member = await members.get(each.member.id);
    if (member.version !== each.member.version) return undefined;
    const at = clock.instant();
    if (member.status === 'ADDING' && isKnowable(each)) {
      const { emailHash = null, phoneHash = null } = each.hashes;
      return members.move(member, 'ADDED', { emailHash, phoneHash, addedAt: at });
    }
    return members.move(member, 'REMOVED', { emailHash: null, phoneHash: null, removedAt: at });
  },
});
