import { given, reaction, type Context } from '#kernel';
import { ActivityType, createActivity } from '#modules/engagement/activities';
import { FormSubmission } from '#modules/marketing/forms';
import { dayAfter, dayStart } from '#modules/platform/settings';
import { linked } from './link-visitor.operations.ts';
import { viewsOf } from './page-views.operations.ts';
import { TrackedSite } from './tracked-site.entity.ts';
import { openVisitToken } from './visit-tokens.operations.ts';
import { Visitor, type VisitorRow } from './visitor.entity.ts';

/** Who sends a form says who it was that looked around before. */
export const linkVisitors = reaction('linkVisitors', {
  describes: 'Links a visitor of a site to the contact or lead that a form of the same visitor made or found.',
  on: ['formSubmission.processed'],
  run: async ({ record }, context) => {
    const submission = await context.trusted(FormSubmission).find(record.id);
    const token = submission?.visitor && (await openVisitToken(context, 'visitor', submission.visitor));
    const visitor = token ? await context.trusted(Visitor).find(token.record) : undefined;
    if (!submission || visitor?.status !== 'ACTIVE') return;
    const { contact, lead, account, owner, team } = submission;
    if (contact === undefined && lead === undefined) return;
    const known = given({ contact, lead, account, owner, team });
    const changes = linked(known, 'FORM', context.clock.instant());
    context.trusted(Visitor).update(visitor, changes, { event: 'visitor.linked' });
  },
});

const subjects = {
  es: (site: string, days: number) => `Llamar: volvió a ${site} después de ${String(days)} días`,
  en: (site: string, days: number) => `Call: came back to ${site} after ${String(days)} days`,
} as const;

/** Somebody who is known has come back: that is the moment to call. */
export const callOnReturn = reaction('callOnReturn', {
  describes: 'Gives whoever handles a known visitor who has returned to a site a call to make, where the site says so.',
  on: ['visitor.returned'],
  run: async ({ record }, context) => {
    const visitor = await context.trusted(Visitor).find(record.id);
    if (!visitor || (visitor.contact === undefined && visitor.lead === undefined)) return;
    const site = await context.trusted(TrackedSite).get(visitor.site);
    if (site.callOnReturn) await planCall(context, visitor, site.name);
  },
});

/** A tenant that has no work of the type CALL gets none. */
const planCall = async (context: Context, visitor: VisitorRow, site: string): Promise<void> => {
  const type = await context.trusted(ActivityType).findUnique('key', 'CALL');
  if (!type) return;
  const { contact, lead, account, owner, team, awayDays = 0 } = visitor;
  const { actor, clock } = context;
  const seen = (await viewsOf(context, visitor.id)).slice(0, 10).map(({ page, title }) => title ?? page);
  const dueAt = dayStart(dayAfter(clock.today()), actor.timeZone);
  const about = given({ contact, account, owner, team, about: contact === undefined ? lead : undefined });
  const call = {
    type: type.id,
    subject: subjects[actor.locale](site, awayDays).slice(0, 200),
    dueAt,
    notes: seen.join('\n'),
  };
  await context.run(createActivity, { values: { ...call, ...about } });
};
