import { given } from '#kernel';

/** Under what a mail stands among messages. */
export const mailKey = (id: string): string => `mail:${id}`;

/** The mail that a message is; the ledger of mails sends it and knows what became of it. */
export const mailOf = ({ providerId = '' }: { readonly providerId?: string }): string | undefined =>
  providerId.startsWith('mail:') ? providerId.slice('mail:'.length) : undefined;

/** The states in the order in which a message goes through them: news that come late take nothing back. */
const weights: Readonly<Record<string, number>> = { QUEUED: 0, SENDING: 0, FAILED: 0, SENT: 1, DELIVERED: 2, READ: 3 };

/** Whether news of a provider say more than is known. That it failed says more than that it was sent, and less than that it came. */
export const saysMore = (news: string, current: string): boolean => {
  const known = weights[current];
  if (known === undefined) return false;
  return news === 'FAILED' ? known <= 1 && current !== 'FAILED' : (weights[news] ?? 0) > known;
};

/** What became of a mail, as its ledger has it. */
type MailStanding = {
  readonly status: string;
  readonly opens?: number;
  readonly clicks?: number;
  readonly problems: readonly { readonly kind: string; readonly detail?: string }[];
};

const ofMail = {
  QUEUED: 'QUEUED',
  SENDING: 'SENDING',
  SENT: 'SENT',
  DELIVERED: 'DELIVERED',
  COMPLAINED: 'DELIVERED',
  BOUNCED: 'FAILED',
  FAILED: 'FAILED',
  REFUSED: 'REFUSED',
  CANCELLED: 'REFUSED',
} as const;

/** Why a message did not go out that somebody kept back. */
export const keptBack = 'Somebody kept it back.';

const wordsOf: Readonly<Record<string, string>> = {
  COMPLAINED: 'They marked it as spam.',
  CANCELLED: keptBack,
};

const problemOf = ({ status, problems }: MailStanding): string | undefined => {
  const last = problems.at(-1);
  return wordsOf[status] ?? last?.detail ?? last?.kind;
};

type Standing = { readonly status: (typeof ofMail)[keyof typeof ofMail] | 'READ'; readonly problem?: string };

const hasArrived: ReadonlySet<string> = new Set(['SENT', 'DELIVERED']);

/** How a message stands that is a mail: as its mail does. It has been read where it was opened or a link in it followed. */
export const standingOfMail = (mail: MailStanding): Standing => {
  const { status, opens = 0, clicks = 0 } = mail;
  const known = ofMail[status as keyof typeof ofMail];
  if (hasArrived.has(status) && opens + clicks > 0) return { status: 'READ' };
  return { status: known, ...(!hasArrived.has(status) && given({ problem: problemOf(mail) })) };
};
