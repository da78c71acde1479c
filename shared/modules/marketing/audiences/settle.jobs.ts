import { given, job } from '#kernel';
import { AdAudience } from './ad-audience.entity.ts';
import { AudienceMember } from './audience-member.entity.ts';
import { settleMembership, soon } from './membership.operations.ts';

type Given = { readonly audience: string };

/** Members that are looked at in one write. */
const perChunk = 20;

/** Asks for every member of an audience whether it may stay. Done twice it is done once. */
export const settleAudience = job<Given>('settleAudience', {
  describes: 'Takes out of an audience who did not agree to what it is for, and tells the platform of who waited.',
  needs: 'adAudience.sync',
  chunk: async ({ audience: id }, after, context) => {
    const [audience, page] = await Promise.all([
      context.trusted(AdAudience).get(id),
      context.trusted(AudienceMember).page('byAudience', { of: id, first: perChunk, ...given({ after }) }),
    ]);
    for (const member of page.rows)
      if (member.status !== 'REMOVED') await settleMembership(context, audience, { subject: member.subject, member });
    await soon(context, id);
    return { results: [], ...(page.hasNextPage && given({ next: page.endCursor })) };
  },
});
