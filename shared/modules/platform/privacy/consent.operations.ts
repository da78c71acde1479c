import { createHash } from 'node:crypto';
import {
  boolean,
  choice,
  DomainError,
  email,
  longText,
  mutation,
  notFound,
  optional,
  query,
  record,
  ref,
  text,
  type Context,
} from '#kernel';
import { derivedId } from '#kernel/ids';
import { generalPurpose } from '#modules/platform/mail-out';
import { mailConsentLink } from './consent-mail.operations.ts';
import { consentChannel, ConsentProof, consentSource, type ConsentProofRow } from './consent.entity.ts';
import { subjectOf } from './traces.rules.ts';

const about = {
  subject: ref('*', { describes: "The person's record." }),
  purpose: text({
    max: 60,
    pattern: /^[A-Z][A-Z0-9_]*$/,
    describes: 'What for: NEWSLETTER, SURVEYS. GENERAL is the channel as such, as `Contact.consents` shows it.',
  }),
};
const wordingFields = {
  wording: longText({ describes: 'What the person was shown or told.' }),
  wordingVersion: text({ max: 40, describes: 'Which edition of the wording that was.' }),
};

type Channel = ConsentProofRow['channel'];
/** What may be done or not. */
export type About = { readonly subject: string; readonly purpose: string; readonly channel: Channel };

/** One record for each person, purpose and channel, so that there is one answer to ask. */
const proofId = async ({ ports, actor }: Context, { subject, purpose, channel }: About): Promise<string> =>
  derivedId(ConsentProof.idPrefix, await ports.secrets.get('idempotency'), [actor.tenant, subject, purpose, channel]);

const personSeen = async (context: Context, subject: string) => {
  const row = (await context.records([subject])).get(subject);
  const kind = subjectOf(context.registry, subject);
  if (!row) throw notFound('record', subject);
  if (!kind) throw new DomainError('NOT_A_PERSON', 'This record is no person.', ['subject']);
  return { row, traces: kind.traces(row) };
};

/** The mail addresses that are a person's own; none of what is no person. */
export const addressesOf = async ({ registry, trusted }: Context, subject: string): Promise<readonly string[]> => {
  const kind = subjectOf(registry, subject);
  const row = kind && (await trusted(kind.of).find(subject));
  return kind && row ? kind.traces(row).emails : [];
};

const hashOf = (wording: string): string => createHash('sha256').update(wording).digest('hex');

/** What a person was shown or told, or said. */
export type Wording = { readonly wording: string; readonly wordingVersion: string };

/** The one proof of purpose and channel, where there is one, and what it is to say. */
export const proofOf = async (context: Context, asked: About, said: Wording & Partial<ConsentProofRow>) => {
  const id = await proofId(context, asked);
  const { subject, purpose, channel } = asked;
  const values = { basis: 'CONSENT' as const, ...said, wordingHash: hashOf(said.wording) };
  return { id, found: await context.trusted(ConsentProof).find(id), values: { subject, purpose, channel, ...values } };
};

export const recordConsent = mutation('recordConsent', {
  describes: 'Notes what a person has said about being contacted for a purpose by a channel, with the proof of it.',
  needs: 'consentProof.create',
  input: {
    ...about,
    channel: consentChannel,
    granted: boolean({ describes: 'Whether we may.' }),
    basis: optional(
      choice(['CONSENT', 'CONTRACT', 'LEGITIMATE_INTEREST', 'LEGAL_DUTY'], {
        named: 'LawfulBasis',
        describes: 'What makes it lawful; CONSENT when not said.',
      }),
    ),
    ...wordingFields,
    source: consentSource,
  },
  returns: ConsentProof,
  fails: ['NOT_A_PERSON'],
  run: async ({ granted, basis = 'CONSENT', wording, wordingVersion, source, ...asked }, context) => {
    await personSeen(context, asked.subject);
    return noteConsent(context, asked, granted, { wording, wordingVersion, source, basis });
  },
});

/** Notes what a person has said, in the one proof of purpose and channel. */
export const noteConsent = async (
  context: Context,
  asked: About,
  granted: boolean,
  said: Wording & Partial<ConsentProofRow>,
): Promise<ConsentProofRow> => {
  const { id, found, values } = await proofOf(context, asked, said);
  const proof = found ?? context.trusted(ConsentProof).create(values, { id });
  return decideConsent(context, proof, granted, values);
};

/** Writes a decision: granted, refused when it never was, withdrawn when it was. A no that is said again undoes what was said since. */
export const decideConsent = (
  { trusted, clock }: Context,
  proof: ConsentProofRow,
  granted: boolean,
  values: Partial<ConsentProofRow>,
): ConsentProofRow => {
  const at = clock.instant();
  const { subject: _subject, purpose: _purpose, channel: _channel, ...said } = values;
  const proofs = trusted(ConsentProof);
  if (granted)
    return proof.status === 'GRANTED'
      ? proofs.update(proof, { ...said, decidedAt: at })
      : proofs.move(proof, 'GRANTED', { ...said, decidedAt: at, withdrawnAt: null });
  if (proof.status === 'GRANTED') return proofs.move(proof, 'WITHDRAWN', { ...said, withdrawnAt: at });
  if (proof.status === 'PENDING') return proofs.move(proof, 'REFUSED', { ...said, decidedAt: at });
  return proofs.update(proof, proof.status === 'REFUSED' ? { decidedAt: at } : { withdrawnAt: at });
};

export const askConsent = mutation('askConsent', {
  describes:
    'Asks a person by mail to confirm behind a link (double opt-in). Nothing is allowed until then. Further on the same link serves to withdraw.',
  needs: 'consentProof.create',
  input: {
    ...about,
    channel: consentChannel,
    ...wordingFields,
    email: optional(email({ describes: 'Where to; the first address of the person when not said.' })),
  },
  returns: ConsentProof,
  fails: ['NOT_A_PERSON', 'NO_ADDRESS'],
  run: async ({ wording, wordingVersion, email: given, ...asked }, context) => {
    const { traces } = await personSeen(context, asked.subject);
    const to = given ?? traces.emails[0];
    if (to === undefined || !(given === undefined || traces.emails.includes(given)))
      throw new DomainError('NO_ADDRESS', 'The person has no such e-mail address.', ['email']);
    const { id, found, values } = await proofOf(context, asked, { wording, wordingVersion });
    const askedAt = context.clock.instant();
    const waiting = found
      ? pendingOf(context, found, { wording, wordingVersion, askedAt })
      : context.trusted(ConsentProof).create({ ...values, askedAt }, { id });
    await mailConsentLink(context, id, to, wording);
    return waiting;
  },
});

type Asking = Wording & { readonly askedAt: string } & Pick<Partial<ConsentProofRow>, 'source'>;

/** Asks once more: nothing is allowed by this proof until it is answered. */
export const pendingOf = ({ trusted }: Context, found: ConsentProofRow, said: Asking) => {
  const values = { ...said, wordingHash: hashOf(said.wording) };
  const proofs = trusted(ConsentProof);
  return found.status === 'PENDING' ? proofs.update(found, values) : proofs.move(found, 'PENDING', values);
};

/** Proofs, as somebody may read them. */
type Proofs = ReturnType<typeof readable>;
const readable = (context: Context) => context.data(ConsentProof);

/** The proofs for a purpose and a channel: the person's own, and those of records that were merged into theirs. */
const proofsOf = async (context: Context, asked: About, proofs: Proofs): Promise<readonly ConsentProofRow[]> => {
  const [own, all] = await Promise.all([
    proofs.find(await proofId(context, asked)),
    proofs.page('bySubject', { of: asked.subject, first: 100 }),
  ]);
  const others = all.rows.filter(
    ({ id, purpose, channel }) => id !== own?.id && purpose === asked.purpose && channel === asked.channel,
  );
  return [...(own ? [own] : []), ...others];
};

const latest = (
  proofs: readonly ConsentProofRow[],
  status: ConsentProofRow['status'],
  at: (proof: ConsentProofRow) => string | undefined,
): ConsentProofRow | undefined =>
  proofs
    .filter((proof) => proof.status === status)
    .sort((left, right) => ((at(left) ?? '') < (at(right) ?? '') ? 1 : -1))[0];

/**
 * How a person stands to a purpose and a channel: whether we may, and what says so. A no to the channel without a purpose is a no
 * for all of them, a yes for none but this.
 */
export const standingOf = async (
  context: Context,
  asked: About,
  rows: Proofs = readable(context),
): Promise<{ readonly allowed: boolean; readonly proof?: ConsentProofRow }> => {
  const isGeneral = asked.purpose === generalPurpose;
  const [proofs, general] = await Promise.all([
    proofsOf(context, asked, rows),
    isGeneral ? [] : proofsOf(context, { ...asked, purpose: generalPurpose }, rows),
  ]);
  const granted = latest(proofs, 'GRANTED', ({ decidedAt }) => decidedAt);
  // A refusal that came with a merged record counts from the merge on: the stricter one wins until something new is said.
  const all = [...proofs, ...general];
  const refused =
    latest(all, 'WITHDRAWN', ({ updatedAt }) => updatedAt) ?? latest(all, 'REFUSED', ({ updatedAt }) => updatedAt);
  const allowed = granted !== undefined && (refused === undefined || (granted.decidedAt ?? '') > refused.updatedAt);
  const proof = allowed ? granted : (refused ?? proofs[0]);
  return { allowed, ...(proof && { proof }) };
};

export const mayContact = query('mayContact', {
  describes:
    'Whether a person may be contacted for a purpose by a channel, and the proof; no proof is a no, and so is a no to the channel as such (GENERAL) until something newer is said for the purpose.',
  needs: 'consentProof.read',
  input: { ...about, channel: consentChannel },
  returns: {
    allowed: boolean({ describes: 'Whether we may.' }),
    proof: optional(record(ConsentProof, 'What says so.')),
  },
  run: (asked, context) => standingOf(context, asked),
});
