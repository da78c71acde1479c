/** The states in the order in which they overrule each other: news that come late take nothing back. */
const weights: Readonly<Record<string, number>> = {
  QUEUED: 0,
  SENDING: 0,
  FAILED: 0,
  CANCELLED: 0,
  SENT: 1,
  DELIVERED: 2,
  REFUSED: 3,
  BOUNCED: 4,
  COMPLAINED: 5,
};

/** Whether a state says more than the one that the mail is in. */
export const overrules = (next: string, current: string): boolean => (weights[next] ?? 0) > (weights[current] ?? 0);

/** The name and address that mails come from. Quotes and line ends cannot leave the name. */
export const senderOf = (name: string, domain: string): string => {
  const plain = name.replace(/[\p{Cc}"\\]/gu, ' ').trim();
  return `"${plain}" <${senderAddress(domain)}>`;
};

/** The address that all mails of a domain come from. */
export const senderAddress = (domain: string): string => `crm@${domain}`;

/** The most bytes of one mail at SES are 10 MB; base64 makes three bytes four. */
const mostAttachedBytes = 9 * 1024 * 1024;
const encodedSize = (bytes: number): number => Math.ceil(bytes / 3) * 4 * 1.03;

/** Which files fit into the mail, in their order; the others go as links. */
export const divideAttachments = <F extends { readonly size: number }>(
  files: readonly F[],
  taken: number,
): { readonly attached: readonly F[]; readonly linked: readonly F[] } => {
  const attached: F[] = [];
  const linked: F[] = [];
  let total = encodedSize(taken);
  for (const file of files) {
    const fits = total + encodedSize(file.size) <= mostAttachedBytes;
    (fits ? attached : linked).push(file);
    if (fits) total += encodedSize(file.size);
  }
  return { attached, linked };
};

/** The name of the link in marketing by which one unsubscribes. */
export const unsubscribeLink = 'unsubscribe';

/** Where a signed link will stand in the text; the mail gets it as it leaves. */
export const linkMark = (name: string): string => `%%link:${name}%%`;

/** The text with its links in it. */
export const withLinks = (text: string, urls: ReadonlyMap<string, string>): string =>
  text.replace(/%%link:([\w-]+)%%/g, (mark, name: string) => urls.get(name) ?? mark);
