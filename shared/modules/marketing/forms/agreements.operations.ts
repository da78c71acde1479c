import { given, type Context } from '#kernel';
import { addressesOf, claimConsent, noteConsent } from '#modules/platform/privacy';
import type { FormRow } from './form.entity.ts';
import { mailFormLink } from './form-mails.operations.ts';
import type { SubmissionRow } from './form-submission.entity.ts';

/** Whose consent a submission speaks of. */
const personIn = ({ contact, lead }: SubmissionRow): string | undefined => contact ?? lead;

/** What was agreed to, for each purpose and channel. */
const agreementsIn = ({ consents, origin, ip, userAgent }: SubmissionRow) => {
  const source = given({ how: 'FORM' as const, where: origin.page, ip, userAgent });
  return consents.flatMap(({ purpose, channels, wording, version: wordingVersion }) =>
    channels.map((channel) => ({ about: { purpose, channel }, said: { wording, wordingVersion, source } })),
  );
};

/** The words that somebody is asked to stand by, in the mail as on its page. */
export const wordingsOf = ({ consents }: SubmissionRow): readonly string[] => [
  ...new Set(consents.map(({ wording }) => wording)),
];

/**
 * Proves what was agreed to with a submission. Anybody may write the address of somebody else into a form: whoever is known already
 * has agreed to nothing before confirming it behind a link in a mail to an address of their own.
 */
export const settleAgreements = async (
  context: Context,
  form: FormRow,
  submission: SubmissionRow,
  isStranger: boolean,
): Promise<void> => {
  const subject = personIn(submission);
  if (subject === undefined || submission.consents.length === 0) return;
  const { email, confirmedAt } = submission;
  const isOwn = email !== undefined && (await addressesOf(context, subject)).includes(email);
  const isProved = confirmedAt === undefined ? isStranger && !form.doubleOptIn : isOwn;
  if (isProved) await proveAgreements(context, submission, confirmedAt);
  else await claimAgreements(context, form, submission, isOwn);
};

/** The person itself has said so, and confirmed it by mail where it was asked to. */
export const proveAgreements = async (
  context: Context,
  submission: SubmissionRow,
  confirmedAt: string | undefined,
): Promise<void> => {
  const subject = personIn(submission);
  if (subject === undefined) return;
  for (const { about, said } of agreementsIn(submission))
    await noteConsent(context, { subject, ...about }, true, given({ ...said, confirmedAt }));
};

/** Keeps what somebody has said in the person's name, and asks the person, in one mail for all that its page will prove. */
const claimAgreements = async (
  context: Context,
  form: FormRow,
  submission: SubmissionRow,
  isOwn: boolean,
): Promise<void> => {
  const subject = personIn(submission);
  if (subject === undefined) return;
  const askedAt = isOwn ? context.clock.instant() : undefined;
  const claims: boolean[] = [];
  for (const { about, said } of agreementsIn(submission))
    claims.push(await claimConsent(context, { subject, ...about }, given({ ...said, askedAt })));
  const wordings = wordingsOf(submission);
  if (isOwn && claims.includes(true)) await mailFormLink(context, form, submission, 'form-agreement', { wordings });
};
