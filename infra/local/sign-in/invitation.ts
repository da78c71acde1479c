// The mail by which a new person learns the first password, as Cognito sends it.
import type { Mail } from '../mail/mailbox.ts';
import type { Account } from './accounts.ts';

const sender = 'no-reply@verificationemail.com';
const subject = 'Your temporary password';

/** The mail and its source. */
export function invitation({ email, name }: Account, password: string, at: Date): [Omit<Mail, 'id'>, Buffer] {
  const raw = [
    `From: ${sender}`,
    `To: ${email}`,
    `Subject: ${subject}`,
    `Date: ${at.toUTCString()}`,
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=utf-8',
    '',
    `Hello ${name},`,
    '',
    `your username is ${email} and your temporary password is ${password}`,
    '',
  ].join('\r\n');
  return [{ direction: 'sent', at: at.toISOString(), from: sender, to: [email], subject, tags: {} }, Buffer.from(raw)];
}
