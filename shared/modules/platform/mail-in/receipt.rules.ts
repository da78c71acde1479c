/** What the mail service says of a mail that it took in. */
export type MailReceipt = {
  /** Its id at the mail service: the same for each announcement of the same mail. */
  readonly id: string;
  readonly receivedAt: string;
  /** Who sent it by the envelope; empty where nobody wants to hear of problems. */
  readonly sender: string;
  readonly recipients: readonly string[];
  readonly verdicts: Readonly<Record<VerdictName, Verdict>>;
};
type VerdictName = 'spam' | 'virus' | 'spf' | 'dkim' | 'dmarc';
type Verdict = 'PASS' | 'FAIL' | 'GRAY' | 'UNKNOWN';

/**
 * Whether the domain of an address vouches for a mail of it. A signature that holds may be of any domain, and so may the server:
 * they count when they are of this one, which DMARC says, or the envelope of a domain that says nothing by DMARC.
 */
export const isVouched = (from: string, { sender, verdicts }: Pick<MailReceipt, 'sender' | 'verdicts'>): boolean =>
  verdicts.dmarc === 'PASS' || (verdicts.dmarc !== 'FAIL' && verdicts.spf === 'PASS' && isAligned(from, sender));

const isAligned = (from: string, sender: string): boolean => {
  const [of, by] = [from, sender].map((address) => address.split('@')[1]?.toLowerCase());
  return of !== undefined && of === by;
};

/** Where the mail lies. */
export type StoredMail = { readonly bucket: string; readonly key: string };

type Said = { readonly status?: string };
type SesReceipt = {
  readonly mail: { readonly messageId: string; readonly timestamp: string; readonly source: string };
  readonly receipt: {
    readonly recipients: readonly string[];
    readonly action: { readonly bucketName: string; readonly objectKey: string };
  } & { readonly [Name in `${VerdictName}Verdict`]?: Said };
};

/** Reads an announcement: a notification of SES in an envelope of SNS, as it stands in the queue; nothing where it announces no mail. */
export const readAnnouncement = (
  body: string,
): { readonly receipt: MailReceipt; readonly stored: StoredMail } | undefined => {
  const { Message = '' } = JSON.parse(body) as { readonly Message?: string };
  if (!Message.startsWith('{')) return undefined;
  const { mail, receipt } = JSON.parse(Message) as Partial<SesReceipt>;
  if (!mail || !receipt) return undefined;
  return {
    receipt: {
      id: mail.messageId,
      receivedAt: new Date(mail.timestamp).toISOString(),
      sender: mail.source.replace(/^<>$/, ''),
      recipients: receipt.recipients,
      verdicts: {
        spam: verdictOf(receipt.spamVerdict),
        virus: verdictOf(receipt.virusVerdict),
        spf: verdictOf(receipt.spfVerdict),
        dkim: verdictOf(receipt.dkimVerdict),
        dmarc: verdictOf(receipt.dmarcVerdict),
      },
    },
    stored: { bucket: receipt.action.bucketName, key: receipt.action.objectKey },
  };
};

const verdictOf = (said: Said | undefined): Verdict => {
  const status = said?.status?.toUpperCase();
  return status === 'PASS' || status === 'FAIL' || status === 'GRAY' ? status : 'UNKNOWN';
};
