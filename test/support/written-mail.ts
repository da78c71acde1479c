// Mails as mail programs write them.
import { randomUUID } from 'node:crypto';

/** A mail to be written. */
export type Written = {
  readonly from?: string;
  readonly to?: string;
  readonly cc?: string;
  readonly subject?: string;
  readonly text?: string;
  readonly messageId?: string;
  readonly headers?: readonly string[];
};

/** Writes a mail in plain text. */
export const writeMail = ({
  from = 'Rosa Vera <rosa@client.test>',
  to = 'ventas@acme.test',
  cc,
  subject = 'Un pedido',
  text = 'Buenos días',
  messageId = randomUUID(),
  headers = [],
}: Written): Buffer =>
  Buffer.from(
    [
      `From: ${from}`,
      `To: ${to}`,
      ...(cc === undefined ? [] : [`Cc: ${cc}`]),
      `Subject: ${subject}`,
      `Message-ID: <${messageId}>`,
      'Date: Sun, 22 Nov 2026 10:00:00 -0500',
      'MIME-Version: 1.0',
      ...headers,
      ...(headers.some((header) => /^content-type:/i.test(header)) ? [] : ['Content-Type: text/plain; charset=utf-8']),
      '',
      text,
      '',
    ].join('\r\n'),
  );
