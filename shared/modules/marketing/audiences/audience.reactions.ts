import { reaction, timer, type Context } from '#kernel';
import { startJob } from '#modules/platform/jobs';
import { ConsentProof, personErased, PrivacyRequest } from '#modules/platform/privacy';
import { FormSubmission } from '#modules/marketing/forms';
import { AdAudience } from './ad-audience.entity.ts';
import { AudienceMember, type AudienceMemberRow } from './audience-member.entity.ts';
import { isSame, movedTo } from './identities.rules.ts';
import { identityOf } from './identity.operations.ts';
import { leave, membershipsOf, settleMemberships, soon, tellAgain } from './membership.operations.ts';
import { settleAudience } from './settle.jobs.ts';
import { syncAudience } from './sync.jobs.ts';

/** Consent adds, withdrawal removes, however either was said. */
export const followConsents = reaction('audiencesFollowConsents', {
  describes: 'Puts people into the audiences that they agreed to be in, and takes out who takes that back.',
  on: ['consentProof.*'],
  run: async ({ record }, context) => {
    const proof = await context.trusted(ConsentProof).find(record.id);
    if (proof) await settleMemberships(context, proof.subject, proof.purpose);
  },
});

/** What of an audience says who belongs in. */
const whoBelongs = ['purpose', 'channel', 'forms', 'active'];

/** Who belongs in is asked anew where an audience is new, asks for something else, or is put out of use or in. */
export const followAudiences = reaction('audiencesFollowTheirChanges', {
  describes: 'Takes in who agreed before an audience was there, and out who did not agree to what it is for now.',
  on: ['adAudience.created', 'adAudience.updated', 'adAudience.archived', 'adAudience.restored'],
  run: ({ record, type, changed }, context) => {
    if (type !== 'adAudience.updated' || whoBelongs.some((field) => field in changed))
      startJob(context, settleAudience, { audience: record.id });
    return Promise.resolve();
  },
});

/** Who is reached elsewhere now is known to platforms by something else. */
export const followAddresses = reaction('audiencesFollowAddresses', {
  describes: 'Tells platforms of the new address or number of who is in an audience, and to forget the old one.',
  on: ['contact.*', 'lead.*'],
  run: async ({ record, changed }, context) => {
    const isReachedElsewhere = ['email', 'emails', 'phone', 'phones'].some((field) => field in changed);
    if (record.version > 1 && isReachedElsewhere)
      for (const member of await membershipsOf(context, record.id)) await readdress(context, member);
  },
});

/** Who is just being told of is looked at anew by whoever tells: this write comes between. */
const readdress = async (context: Context, member: AudienceMemberRow): Promise<void> => {
  const { status, audience, subject } = member;
  if (status !== 'ADDED' && status !== 'ADDING') return;
  const { platform } = await context.trusted(AdAudience).get(audience);
  const { hashes, former } = movedTo(await identityOf(context, platform, subject), member);
  if (isSame(hashes, member)) return;
  const members = context.trusted(AudienceMember);
  if (status === 'ADDING') members.update(member, { former }, { aside: true });
  else members.move(member, 'ADDING', { former }, { event: 'audienceMember.readdressed' });
  await soon(context, audience);
};

/** Audiences of those who sent certain forms. */
export const followForms = reaction('audiencesFollowForms', {
  describes: 'Puts those who agreed with a form into the audiences of that form.',
  on: ['formSubmission.processed'],
  run: async ({ record }, context) => {
    const submission = await context.trusted(FormSubmission).find(record.id);
    const subject = submission?.contact ?? submission?.lead;
    if (!submission || subject === undefined) return;
    const purposes = new Set(submission.consents.map(({ purpose }) => purpose));
    for (const purpose of purposes) await settleMemberships(context, subject, purpose, submission.form);
  },
});

/** The platform has to forget whom we forget: its entry is known by its hashes alone. */
export const followErasures = reaction('audiencesFollowErasures', {
  describes: 'Takes people who are forgotten out of audiences.',
  on: [personErased],
  run: async ({ record }, context) => {
    const request = await context.trusted(PrivacyRequest).find(record.id);
    if (!request) return;
    for (const member of await membershipsOf(context, request.subject)) await leave(context, member);
  },
});

/** The time to tell the platform has come. */
export const audienceDue = timer(AdAudience, {
  describes: 'Tells the platform of an audience who was added and removed.',
  run: (audience, context) => {
    startJob(context, syncAudience, { audience: audience.id });
    context.trusted(AdAudience).update(audience, { syncAt: null }, { aside: true });
    return Promise.resolve();
  },
});

/** The same for somebody whom an archived audience let go. */
export const memberDue = timer(AudienceMember, {
  describes: 'Tells the platform of an archived audience who was removed.',
  run: (member, context) => {
    if (member.status === 'REMOVING') startJob(context, syncAudience, { audience: member.audience });
    tellAgain(context, member);
    return Promise.resolve();
  },
});
