import { given, isId, type Context } from '#kernel';
import { derivedId } from '#kernel/ids';
import { generalPurpose, standingOf } from '#modules/platform/privacy';
import { FormSubmission } from '#modules/marketing/forms';
import { Contact } from '#modules/parties/contacts';
import { AdAudience, type AdAudienceRow } from './ad-audience.entity.ts';
import { AudienceMember, type AudienceMemberRow } from './audience-member.entity.ts';

/** Audiences of a tenant; more are of no use to anybody. */
const mostAudiences = 100;
/** What has changed is told together, within the minute. */
const gatherMs = 60_000;

const audiencesFor = async ({ trusted }: Context, purpose: string): Promise<readonly AdAudienceRow[]> => {
  const { rows } = await trusted(AdAudience).page('byName', { first: mostAudiences });
  return rows.filter((row) => purpose === generalPurpose || row.purpose === purpose);
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
  for (const audience of await audiencesFor(context, purpose)) {
    // The index lags a moment: who came in just now is found by id.
    const member =
      members.find((each) => each.audience === audience.id) ??
      (await context.trusted(AudienceMember).find(await memberId(context, audience.id, subject)));
    await settleMembership(context, audience, given({ subject, member, form }));
  }
};

/** Who is or could be in an audience, and the form that says so. */
type Candidate = { readonly subject: string; readonly member?: AudienceMemberRow; readonly form?: string };

/** An audience that is not kept up takes in nobody, and yet lets go of whoever takes the consent back. */
export const settleMembership = async (
  context: Context,
  audience: AdAudienceRow,
  { subject, member, form }: Candidate,
): Promise<void> => {
  const { purpose, channel, active } = audience;
  const { allowed } = await standingOf(context, { subject, purpose, channel });
  if (!allowed) return member && leave(context, member);
  if (!active || isIn(member) || (!member && !(await hasSent(context, audience, subject, form)))) return;
  await join(context, audience, subject, member);
};

const isIn = (member: AudienceMemberRow | undefined): boolean =>
  member?.status === 'ADDING' || member?.status === 'ADDED';

const hasSent = async (
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
  if (!isIn(member)) return;
  context.trusted(AudienceMember).move(member, 'REMOVING');
  await soon(context, member.audience);
};

/** The platform is told within the minute; while it fails, when it is tried next. */
export const soon = async ({ trusted, clock }: Context, id: string): Promise<void> => {
  const audience = await trusted(AdAudience).get(id);
  const at = new Date(clock.now().getTime() + gatherMs).toISOString();
  if (
    audience.archivedAt !== undefined ||
    audience.failures > 0 ||
    (audience.syncAt !== undefined && audience.syncAt <= at)
  )
    return;
  trusted(AdAudience).update(audience, { syncAt: at }, { aside: true });
};
