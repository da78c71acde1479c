// The door for mail from outside: what SMTP brings is kept as SES would, and announced to the queue of the wiring.
import { randomUUID } from 'node:crypto';
import type { Readable } from 'node:stream';
import type { AddressInfo } from 'node:net';
import { SMTPServer, type SMTPServerSession } from 'smtp-server';
import type { LocalClock } from '../clock.ts';
import { loopback, openPort } from '../listen.ts';
import type { QueueStore } from '../queues/queue-store.ts';
import type { Wired } from '../wiring.ts';
import type { Mailbox } from './mailbox.ts';
import { receiptNotification } from './receipt.ts';
import { describeMail, parseHeaders } from './ses-mail.ts';

/** What the door needs. `triggers` are those of the wiring on `mail`; without one the mail is only kept. */
export type SmtpOptions = {
  readonly port: number;
  readonly mailbox: Mailbox;
  readonly queues: QueueStore;
  readonly clock: LocalClock;
  readonly triggers: readonly Wired<'mail'>[];
  readonly bucket: string;
  /** Puts an object into the files bucket. */
  readonly putFile: (key: string, body: Uint8Array, contentType: string) => Promise<unknown>;
  readonly log: (line: string) => void;
};

/** SES takes 40 MB. */
const sizeLimit = 40 * 1024 * 1024;

/** Opens the door. */
export async function openSmtpDoor(options: SmtpOptions): Promise<{ readonly port: number; close(): Promise<void> }> {
  const server = new SMTPServer({
    logger: false,
    banner: 'Lazo, local cloud',
    disabledCommands: ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    size: sizeLimit,
    onData(stream, session, done) {
      receive(stream, session, options).then(
        () => {
          done();
        },
        (error: unknown) => {
          options.log(`A mail was not taken: ${String(error)}`);
          done(error instanceof Error ? error : new Error(String(error)));
        },
      );
    },
  });
  server.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EADDRINUSE') options.log(`SMTP: ${error.message}`);
  });
  await openPort(options.port, () => server.listen(options.port, loopback), server.server);
  const { port } = server.server.address() as AddressInfo;
  return {
    port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
      }),
  };
}

const receive = async (
  stream: Readable & { readonly sizeExceeded?: boolean },
  session: SMTPServerSession,
  options: SmtpOptions,
): Promise<void> => {
  const raw = Buffer.concat((await stream.toArray()) as Buffer[]);
  if (stream.sizeExceeded) throw new Error('552 The message is over 40 MB.');
  const { mailFrom, rcptTo } = session.envelope;
  const messageId = randomUUID();
  const at = new Date(options.clock.now());
  const envelope = { messageId, at, from: mailFrom ? mailFrom.address : '', to: rcptTo.map(({ address }) => address) };
  const head = await parseHeaders(raw);
  for (const { trigger } of options.triggers)
    await options.putFile(`${trigger.prefix}${messageId}`, raw, 'message/rfc822');
  options.mailbox.keep(
    {
      id: messageId,
      direction: 'received',
      at: at.toISOString(),
      from: envelope.from,
      to: envelope.to,
      subject: head.subject ?? '',
      tags: {},
    },
    raw,
    () => {
      for (const { trigger } of options.triggers) {
        const object = { bucket: options.bucket, prefix: trigger.prefix, key: `${trigger.prefix}${messageId}` };
        options.queues.send(trigger.queue, [
          { body: JSON.stringify(receiptNotification(describeMail(envelope, head), object)) },
        ]);
      }
    },
  );
};
