import type { Context } from '#kernel';
import type { Correspondent } from './correspondent.operations.ts';
import type { MailToRoute } from './extension-points.rules.ts';
import type { MailAddressRow } from './mail-address.entity.ts';
import type { Origin } from './origin.operations.ts';
import type { ParsedMail } from './parsed-mail.rules.ts';
import { divideQuoted, withoutForwardHead } from './quoted-text.rules.ts';
import type { MailReceipt } from './receipt.rules.ts';
import type { Attempts } from './routing.operations.ts';
import type { Trace } from './trace.rules.ts';

/** A mail for one tenant. */
export type MailToTake = {
  readonly id: string;
  readonly mail: ParsedMail;
  readonly raw: Uint8Array;
  readonly receipt: MailReceipt;
  /** Ids of the tenant's records at whose addresses it came in. */
  readonly targets: readonly string[];
  readonly origin: Origin;
  /** Whether the sender’s domain vouches for it. */
  readonly isVouched: boolean;
  readonly attempts: Attempts;
  /** Nothing new begins in the tenant: the mail is kept and opens nothing. */
  readonly isPaused: boolean;
};

/** A mail on its way in, with what was found of it so far. */
export type Arrival = {
  readonly context: Context;
  readonly taken: MailToTake;
  readonly trace: Trace;
  readonly address: MailAddressRow | undefined;
  readonly correspondent: Correspondent;
};

/** A mail as routes see it. */
export const routedMail = ({ id, mail, receipt }: MailToTake, { other, known }: Correspondent): MailToRoute => {
  const { shown } = divideQuoted(mail.text);
  return {
    id,
    from: other.address,
    ...(other.name !== '' && { fromName: other.name }),
    subject: mail.subject,
    receivedAt: receipt.receivedAt,
    excerpt: excerptOf(shown),
    text: shown,
    ...(known.contact !== undefined && { contact: known.contact }),
    ...(known.account !== undefined && { account: known.account }),
  };
};

/** The first words of a text. */
export const excerptOf = (shown: string): string =>
  withoutForwardHead(shown).replace(/\s+/g, ' ').trim().slice(0, 300).toWellFormed();
