import { given, publicPage, type ChangesOf, type Context, type PageAnswer, type PageRequest } from '#kernel';
import { cut, originOf } from '#modules/marketing/forms';
import { formFields } from '#modules/platform/links';
import { linkTo } from '#kernel/run-page';
import { linked, personOf } from './link-visitor.operations.ts';
import { dropViews, keepView, lastViewAt } from './page-views.operations.ts';
import { trackingScript } from './tracking-script.rules.ts';
import { TrackedSite, type TrackedSiteRow } from './tracked-site.entity.ts';
import { issueVisitToken, openVisitToken } from './visit-tokens.operations.ts';
import { Visitor, type VisitorRow } from './visitor.entity.ts';
import { arrivalAt, isProgram } from './visits.rules.ts';

const purposes = { visit: 'visit', script: 'visit-script' } as const;
/** Sites carry the script for years. */
const until = '9999-12-31T23:59:59.999Z';

/** Where a site's pages tell what is seen, and the script that does it. */
export const siteAddress = async (context: Context, site: string, which: keyof typeof purposes): Promise<string> => {
  const purpose = purposes[which];
  return (await linkTo(context, { purpose, record: site, until })).replace(`/p/${purpose}/`, `/f/${purpose}/`);
};

/** What a page of a site tells. */
type Telling = {
  readonly site: TrackedSiteRow;
  readonly said: (name: string) => string;
  readonly visitor?: VisitorRow;
};

/** Takes what pages of a site tell of a visitor who agreed; of others nothing is kept, whatever they tell. */
export const visitPage = publicPage(purposes.visit, {
  describes: 'Takes the consent of a visitor of a site, and which pages who agreed sees.',
  run: async (request, context) => {
    const site = await context.trusted(TrackedSite).get(request.link.record);
    if (!site.origins.includes(request.headers['origin'] ?? '')) return answer(request, 403, {});
    if (request.method !== 'POST' || !site.active || site.archivedAt !== undefined) return answer(request, 200, {});
    if (isProgram(request.headers['user-agent'] ?? '')) return answer(request, 200, {});
    const telling = await tellingOf(site, request, context);
    return answer(request, 200, await actions(telling, context));
  },
});

const answer = ({ headers }: PageRequest, status: number, said: object): PageAnswer => ({
  status,
  contentType: 'application/json',
  body: JSON.stringify(said),
  ...(status === 200 && { headers: { 'access-control-allow-origin': headers['origin'] ?? '', vary: 'origin' } }),
});

const tellingOf = async (site: TrackedSiteRow, request: PageRequest, context: Context): Promise<Telling> => {
  const fields = formFields(request.headers['content-type'] ?? '', request.body);
  const said = (name: string): string => fields.get(name) ?? '';
  const token = await openVisitToken(context, 'visitor', said('visitor'));
  const visitor = token?.site === site.id ? await context.trusted(Visitor).find(token.record) : undefined;
  return { site, said, ...(visitor && { visitor }) };
};

const actions = async (telling: Telling, context: Context): Promise<{ readonly visitor?: string }> => {
  const { said, visitor } = telling;
  if (said('action') === 'consent') return consent(telling, context);
  if (visitor?.status !== 'ACTIVE') return {};
  if (said('action') === 'withdraw') await withdraw(visitor, context);
  if (said('action') === 'view') await view(telling, visitor, context);
  return {};
};

const consent = async (telling: Telling, context: Context): Promise<{ readonly visitor: string }> => {
  const { site, visitor: known } = telling;
  const at = context.clock.instant();
  const origin = originIn(telling);
  const visit = { visits: 1, lastVisitAt: at, lastOrigin: origin };
  const agreed = given({ consentedAt: at, consentVersion: site.consentVersion });
  const visitors = context.trusted(Visitor);
  const current = known
    ? agreedAgain(known, { consentVersion: null, ...agreed }, visit, context)
    : visitors.create({ ...visit, ...agreed, site: site.id, firstOrigin: origin });
  const link = await linkIn(telling, current, context);
  if (link) visitors.update(current, link, { event: 'visitor.linked' });
  await see(telling, current, context);
  return { visitor: await issueVisitToken(context, 'visitor', current.id, site.id) };
};

type Changes = ChangesOf<typeof Visitor>;

/** Who agrees to another edition of the wording is known as before; who had taken it back begins anew. */
const agreedAgain = (known: VisitorRow, agreed: Changes, visit: Changes, { trusted }: Context): VisitorRow =>
  known.status === 'WITHDRAWN'
    ? trusted(Visitor).move(known, 'ACTIVE', { ...visit, ...agreed })
    : trusted(Visitor).update(known, agreed, { event: 'visitor.agreed' });

const originIn = ({ said }: Telling) => originOf(said('page'), said('referrer'));

/** Who takes the consent back is nobody known any more, and what was seen is forgotten at once. */
const withdraw = async (visitor: VisitorRow, context: Context): Promise<void> => {
  const nobody = { contact: null, lead: null, account: null, owner: null, team: null, linkedAt: null, linkedBy: null };
  context.trusted(Visitor).move(visitor, 'WITHDRAWN', nobody);
  await dropViews(context, visitor.id);
};

const view = async (telling: Telling, visitor: VisitorRow, context: Context): Promise<void> => {
  const now = context.clock.instant();
  const last = (await lastViewAt(context, visitor.id)) ?? visitor.lastVisitAt;
  const arrival = arrivalAt(now, last, telling.site.returnAfterDays);
  const link = await linkIn(telling, visitor, context);
  const isVisit = arrival.is !== 'GOES_ON';
  const visit = isVisit && {
    ...{ visits: visitor.visits + 1, lastVisitAt: now, lastOrigin: originIn(telling), awayDays: arrival.awayDays },
  };
  if (visit || link) context.trusted(Visitor).update(visitor, { ...visit, ...link }, { event: events[arrival.is] });
  await see(telling, visitor, context);
};

const events = { RETURNED: 'visitor.returned', VISITED: 'visitor.visited', GOES_ON: 'visitor.linked' } as const;

const see = async (telling: Telling, { id }: VisitorRow, context: Context): Promise<void> => {
  const { page } = originIn(telling);
  const title = cut(telling.said('title'), 200);
  if (page !== undefined)
    await keepView(context, id, given({ at: context.clock.instant(), page, title }), telling.site.viewDays);
};

/** Who it is, where the address came in a mail to one person. Whom a form has named is not named otherwise. */
const linkIn = async (
  { site, said }: Telling,
  { linkedAt }: VisitorRow,
  context: Context,
): Promise<Changes | undefined> => {
  const mailed = linkedAt === undefined ? await openVisitToken(context, 'mailLink', said('link')) : undefined;
  const known = mailed?.site === site.id ? await personOf(context, mailed.record) : undefined;
  return known && linked(known, 'MAIL', context.clock.instant());
};

/** The script that a site loads on its pages. */
export const visitScript = publicPage(purposes.script, {
  describes: 'The script by which a site asks its visitors, and tells what those see who agreed.',
  run: async ({ link }, context) => ({
    status: 200,
    contentType: 'text/javascript; charset=utf-8',
    body: trackingScript(await siteAddress(context, link.record, 'visit')),
    headers: { 'cache-control': 'public, max-age=300', 'cross-origin-resource-policy': 'cross-origin' },
  }),
});
