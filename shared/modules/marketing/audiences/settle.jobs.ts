import { given, job, type Context } from '#kernel';
import { ConsentProof } from '#modules/platform/privacy';
import { AdAudience, type AdAudienceRow } from './ad-audience.entity.ts';
import { AudienceMember, type AudienceMemberRow } from './audience-member.entity.ts';
import { hasSent, isKeptUp, leave, settleMembership, soon, tellSoon } from './membership.operations.ts';

type Given = { readonly audience: string };

/** People that are looked at in one write. */
const perChunk = 20;

/** Who is in an audience is looked at first, then who agreed: how far that has come. */
type Progress = { readonly of: 'members' | 'consents'; readonly after?: string };

/** Asks for every member whether it may stay, and for all who agreed whether they belong in. Done twice it is done once. */
export const settleAudience = job<Given>('settleAudience', {
  describes:
    'Takes out of an audience who did not agree to what it is for, takes in who agreed to it before it was there, and tells the platform.',
  needs: 'adAudience.sync',
  chunk: async ({ audience: id }, cursor, context) => {
    const audience = await context.trusted(AdAudience).get(id);
    const at: Progress = cursor === undefined ? { of: 'members' } : (JSON.parse(cursor) as Progress);
    const next = at.of === 'members' ? await reviewMembers(context, audience, at) : await takeIn(context, audience, at);
    await soon(context, id);
    return { results: [], ...(next && { next: JSON.stringify(next) }) };
  },
});

const reviewMembers = async (
  context: Context,
  audience: AdAudienceRow,
  { after }: Progress,
): Promise<Progress | undefined> => {
  const asked = { of: audience.id, first: perChunk, ...given({ after }) };
  const page = await context.trusted(AudienceMember).page('byAudience', asked);
  for (const member of page.rows) await review(context, audience, member);
  if (page.hasNextPage) return given({ of: 'members' as const, after: page.endCursor });
  return isKeptUp(audience) ? { of: 'consents' } : undefined;
};

const review = async (context: Context, audience: AdAudienceRow, member: AudienceMemberRow): Promise<void> => {
  const { status, subject } = member;
  if (status === 'REMOVED') return;
  if (status === 'REMOVING') await tellSoon(context, member);
  if (await hasSent(context, audience, subject)) await settleMembership(context, audience, { subject, member });
  else await leave(context, member);
};

/** Also who was taken out before comes in again, where that follows from what they agreed to. */
const takeIn = async (
  context: Context,
  audience: AdAudienceRow,
  { after }: Progress,
): Promise<Progress | undefined> => {
  const asked = { of: 'GRANTED', first: perChunk, ...given({ after }) };
  const page = await context.trusted(ConsentProof).page('byStatus', asked);
  for (const { purpose, channel, subject } of page.rows)
    if (purpose === audience.purpose && channel === audience.channel)
      await settleMembership(context, audience, { subject });
  return page.hasNextPage ? given({ of: 'consents' as const, after: page.endCursor }) : undefined;
};
