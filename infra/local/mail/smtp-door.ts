// The door for mail from outside: what SMTP brings comes in.
import { randomUUID } from 'node:crypto';
import type { Readable } from 'node:stream';
import type { AddressInfo } from 'node:net';
import { SMTPServer, type SMTPServerSession } from 'smtp-server';
import type { LocalClock } from '../clock.ts';
import { loopback, openPort } from '../listen.ts';
import type { Inbound } from './inbound.ts';

/** What the door needs. */
export type SmtpOptions = {
  readonly port: number;
  readonly clock: LocalClock;
  readonly takeIn: Inbound;
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
  { envelope: { mailFrom, rcptTo } }: SMTPServerSession,
  { clock, takeIn }: SmtpOptions,
): Promise<void> => {
  const raw = Buffer.concat((await stream.toArray()) as Buffer[]);
  if (stream.sizeExceeded) throw new Error('552 The message is over 40 MB.');
  const [from, to] = [mailFrom ? mailFrom.address : '', rcptTo.map(({ address }) => address)];
  await takeIn(raw, { messageId: randomUUID(), at: new Date(clock.now()), from, to });
};
