import { createHash } from 'node:crypto';
import { DomainError, longText, mutation, ref, text, versionInput, type Context } from '#kernel';
import { seal, unseal } from '#modules/platform/keys';
import { nextWarning, warningAt } from './certificate-expiry.rules.ts';
import type { SigningCertificate } from './certificate.rules.ts';
import { SriIssuer, type SriIssuerRow } from './sri-issuer.entity.ts';

/** A .p12 with its chain has some 10 KB. */
const mostBase64 = 100_000;
const purpose = 'sri-certificate';

/** Where the sealed certificate lies; it is no File, so that no URL of the API leads to it. */
const keyOf = ({ actor }: Pick<Context, 'actor'>, fingerprint: string): string =>
  `${actor.tenant}/sealed/${purpose}/${fingerprint}`;

export const uploadSriCertificate = mutation('uploadSriCertificate', {
  describes:
    'Gives the issuer the certificate that signs its documents: a .p12 file of an authority and its password. It is opened once and kept sealed; neither file nor password can be read again, by anybody.',
  needs: 'sriIssuer.certify',
  input: {
    id: ref('SriIssuer', { describes: 'Whose certificate it is.' }),
    version: versionInput,
    file: longText({ max: mostBase64, sensitive: true, describes: 'The .p12 file in base64.' }),
    password: text({ max: 200, sensitive: true, describes: 'The password of the file.' }),
  },
  returns: SriIssuer,
  fails: ['CERTIFICATE_UNUSABLE', 'CERTIFICATE_EXPIRED'],
  run: async ({ id, file, password }, context) => {
    const issuer = await context.data(SriIssuer).get(id);
    const signing = await opened(Buffer.from(file, 'base64'), password);
    const now = context.clock.instant();
    if (signing.validUntil <= now)
      throw new DomainError('CERTIFICATE_EXPIRED', `It ended on ${signing.validUntil.slice(0, 10)}.`, ['file']);
    const fingerprint = createHash('sha256').update(Buffer.from(signing.certificate, 'base64')).digest('hex');
    const sealed = await seal(context, purpose, JSON.stringify(signing));
    await context.ports.files.put(keyOf(context, fingerprint), sealed, 'application/json');
    const { subject, issuerName, serialNumber, validFrom, validUntil } = signing;
    return context.data(SriIssuer).update(
      issuer,
      {
        certificate: { subject, issuer: issuerName, serialNumber, fingerprint, validFrom, validUntil, uploadedAt: now },
        warnedDays: warnedOf(validUntil, now),
      },
      { event: 'sriIssuer.certified' },
    );
  },
});

/** Who uploads it knows of the warnings that would have been due. */
const warnedOf = (validUntil: string, now: string): number | null =>
  (nextWarning(validUntil) ?? now) <= now ? warningAt(validUntil, now) : null;

/** The library that opens such files is loaded with the first one. */
const opened = async (file: Uint8Array, password: string): Promise<SigningCertificate> => {
  const { readCertificate, UnusableCertificate } = await import('./certificate.rules.ts');
  try {
    return readCertificate(file, password);
  } catch (error) {
    if (error instanceof UnusableCertificate) throw new DomainError('CERTIFICATE_UNUSABLE', error.message, ['file']);
    throw error;
  }
};

/** The certificate that signs now. @throws DomainError NO_CERTIFICATE, CERTIFICATE_EXPIRED */
export const signingCertificate = async (
  context: Pick<Context, 'ports' | 'actor' | 'clock' | 'log'>,
  { certificate }: SriIssuerRow,
): Promise<SigningCertificate> => {
  const sealed = certificate && (await context.ports.files.get(keyOf(context, certificate.fingerprint)));
  if (!certificate || !sealed) throw new DomainError('NO_CERTIFICATE', 'The issuer has no certificate that signs.');
  if (certificate.validUntil <= context.clock.instant())
    throw new DomainError('CERTIFICATE_EXPIRED', `The certificate ended on ${certificate.validUntil.slice(0, 10)}.`);
  try {
    return JSON.parse(await unseal(context, purpose, Buffer.from(sealed).toString())) as SigningCertificate;
  } catch (cause) {
    context.log.error('A sealed certificate does not open.', {
      fingerprint: certificate.fingerprint,
      cause: String(cause),
    });
    throw new DomainError('NO_CERTIFICATE', 'The certificate does not open here; upload it again.');
  }
};
