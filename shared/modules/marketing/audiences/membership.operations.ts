import { given, isId, type Context } from '#kernel';
import { derivedId } from '#kernel/ids';
import { generalPurpose, standingOf } from '#modules/platform/privacy';
import { FormSubmission } from '#modules/marketing/forms';
import { Contact } from '#modules/parties/contacts';
import { AdAudience, type AdAudienceRow } from './ad-audience.entity.ts';
import { AudienceMember, type AudienceMemberRow } from './audience-member.entity.ts';

/** Audiences of a tenant; more cannot be made. */
export const mostAudiences = 100;
/** What has changed is told together, within the minute. */
const gatherMs = 60_000;
/** An archived audience that its platform does not answer for. */
const againMs = 6 * 3_600_000;

/** The audiences that are not archived. */
export const audiencesInUse = async ({ trusted }: Context): Promise<readonly AdAudienceRow[]> => {
  const { rows } = await trusted(AdAudience).page('byName', { first: mostAudiences });
  return rows;
};

const memberId = async ({ ports, actor }: Context, audience: string, subject: string): Promise<string> =>
  derivedId(AudienceMember.idPrefix, await ports.secrets.get('idempotency'), [actor.tenant, audience, subject]);

/** The memberships of a person, those of records that were merged into that person's included. */
export const membershipsOf = async ({ trusted }: Context, subject: string): Promise<readonly AudienceMemberRow[]> => {
  const { rows } = await trusted(AudienceMember).page('bySubject', { of: subject, first: mostAudiences });
  const current = await trusted(AudienceMember).getMany(rows.map(({ id }) => id));
  return [...current.values()];
};

/** Puts a person into every audience that the person agreed to be in, and takes it out of those where that was taken back. */
export const settleMemberships = async (context: Context, subject: string, purpose: string, form?: string) => {
  const members = await membershipsOf(context, subject);
  for (const audience of await audiencesOf(context, members, purpose)) {
    const own = members.filter((each) => each.audience === audience.id);
    // Records that were merged into one had a membership each.
    for (const member of own.length > 0 ? own : [undefined])
      await settleMembership(context, audience, given({ subject, member, form }));
  }
};

/** The audiences that somebody could be in, and those out of use that somebody is in. */
const audiencesOf = async (context: Context, members: readonly AudienceMemberRow[], purpose: string) => {
  const inUse = await audiencesInUse(context);
  const known = new Set(inUse.map(({ id }) => id));
  const others = members.map(({ audience }) => audience).filter((id) => !known.has(id));
  const archived = await context.trusted(AdAudience).getMany(others);
  return [...inUse, ...archived.values()].filter((row) => purpose === generalPurpose || row.purpose === purpose);
};

/** Who is or could be in an audience, and the form that says so. */
type Candidate = { readonly subject: string; readonly member?: AudienceMemberRow; readonly form?: string };

/** Whether an audience takes people in. */
export const isKeptUp = ({ active, archivedAt }: AdAudienceRow): boolean => active && archivedAt === undefined;

/** An audience that is not kept up takes in nobody, and yet lets go of whoever takes the consent back. */
export const settleMembership = async (
  context: Context,
  audience: AdAudienceRow,
  { subject, form, ...found }: Candidate,
): Promise<void> => {
  const { purpose, channel } = audience;
  // The index lags a moment: who came in just now is found by id.
  const member =
    found.member ?? (await context.trusted(AudienceMember).find(await memberId(context, audience.id, subject)));
  const { allowed } = await standingOf(context, { subject, purpose, channel });
  if (!allowed) return member && leave(context, member);
  if (!isKeptUp(audience) || isIn(member) || !(await hasSent(context, audience, subject, form))) return;
  await join(context, audience, subject, member);
};

const isIn = (member: AudienceMemberRow | undefined): boolean =>
  member?.status === 'ADDING' || member?.status === 'ADDED';

/** Whether somebody sent one of the forms of an audience, where it is of certain ones. */
export const hasSent = async (
  { trusted }: Context,
  { forms }: AdAudienceRow,
  subject: string,
  form = '',
): Promise<boolean> => {
  if (forms.length === 0 || forms.includes(form)) return true;
  const key = isId(subject, Contact.idPrefix) ? 'byContact' : 'byLead';
  const { rows } = await trusted(FormSubmission).page(key, { of: subject, first: 100 });
  return rows.some((submission) => forms.includes(submission.form));
};

const join = async (context: Context, audience: AdAudienceRow, subject: string, member?: AudienceMemberRow) => {
  const members = context.trusted(AudienceMember);
  if (member) members.move(member, 'ADDING', { removedAt: null });
  else members.create({ audience: audience.id, subject }, { id: await memberId(context, audience.id, subject) });
  await soon(context, audience.id);
};

/** Takes somebody out, also who may be on the way in. */
export const leave = async (context: Context, member: AudienceMemberRow): Promise<void> => {
  if (isIn(member)) await tellSoon(context, context.trusted(AudienceMember).move(member, 'REMOVING'));
};

/** The clock of an archived audience stands still: who leaves it has one of their own. */
export const tellSoon = async (context: Context, member: AudienceMemberRow): Promise<void> => {
  const { archivedAt } = await context.trusted(AdAudience).get(member.audience);
  if (archivedAt === undefined) await soon(context, member.audience);
  else context.trusted(AudienceMember).update(member, { tellAt: within(context, gatherMs) }, { aside: true });
};

/** Whom an archived audience let go is told of again, should the platform not have taken it by then. */
export const tellAgain = (context: Context, member: AudienceMemberRow): void => {
  const tellAt = member.status === 'REMOVING' ? within(context, againMs) : null;
  context.trusted(AudienceMember).update(member, { tellAt }, { aside: true });
};

const within = ({ clock }: Context, ms: number): string => new Date(clock.now().getTime() + ms).toISOString();

/** The platform is told within the minute; while it fails, when it is tried next, and once its secret is known. */
export const soon = async (context: Context, id: string): Promise<void> => {
  const audience = await context.trusted(AdAudience).get(id);
  const { archivedAt, hasCredential, failures, syncAt } = audience;
  const at = within(context, gatherMs);
  if (archivedAt !== undefined || !hasCredential || failures > 0 || (syncAt !== undefined && syncAt <= at)) return;
  context.trusted(AdAudience).update(audience, { syncAt: at }, { aside: true });
};
