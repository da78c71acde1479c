import { reaction, timer } from '#kernel';
import { startJob } from '#modules/platform/jobs';
import { ConsentProof, personErased, PrivacyRequest } from '#modules/platform/privacy';
import { FormSubmission } from '#modules/marketing/forms';
import { AdAudience } from './ad-audience.entity.ts';
import { leave, membershipsOf, settleMemberships } from './membership.operations.ts';
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

/** What members agreed to is asked anew where an audience asks for something else, or was out of use. */
export const followAudiences = reaction('audiencesFollowTheirChanges', {
  describes: 'Takes out who did not agree to what an audience is for now, after that was changed.',
  on: ['adAudience.updated', 'adAudience.restored'],
  run: ({ record, type, changed }, context) => {
    const isOther = ['purpose', 'channel', 'active'].some((field) => field in changed);
    if (isOther || type === 'adAudience.restored')
      startJob(context, settleAudience, { audience: record.id }, { subject: record.id });
    return Promise.resolve();
  },
});

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
    startJob(context, syncAudience, { audience: audience.id }, { subject: audience.id });
    context.trusted(AdAudience).update(audience, { syncAt: null }, { aside: true });
    return Promise.resolve();
  },
});
