import { given, type GivenTo } from '#kernel';
import type { MailRoute } from '#modules/platform/mail-in';
import { Opportunity } from './opportunity.entity.ts';
import { createOpportunity } from './opportunity.operations.ts';

/** Mails that become opportunities. */
export const opportunityRoute: MailRoute = {
  key: 'OPPORTUNITY',
  describes: 'An opportunity in the default pipeline, of the account that wrote where it is known.',
  of: Opportunity,
  open: ({ run }, { subject, excerpt, text, account, contact, from }, { owner, team }) => {
    const name = (subject || excerpt || from).slice(0, 200);
    const description = text.slice(0, 10_000).toWellFormed();
    const values = given({ name, description, account, contact, owner, team });
    return run(createOpportunity, { values } as unknown as GivenTo<typeof createOpportunity>);
  },
};
