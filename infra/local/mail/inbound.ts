// Mail that comes in, by whatever way: kept as SES would, and announced to the queue of the wiring.
import type { QueueStore } from '../queues/queue-store.ts';
import type { Wired } from '../wiring.ts';
import type { Mailbox } from './mailbox.ts';
import { receiptNotification } from './receipt.ts';
import { describeMail, parseHeaders, type Envelope } from './ses-mail.ts';

/** What taking mail in needs. `triggers` are those of the wiring on `mail`; without one the mail is only kept. */
export type InboundOptions = {
  readonly mailbox: Mailbox;
  readonly queues: QueueStore;
  readonly triggers: readonly Wired<'mail'>[];
  readonly bucket: string;
  /** Puts an object into the files bucket. */
  readonly putFile: (key: string, body: Uint8Array, contentType: string) => Promise<unknown>;
};

/** Takes a mail in. */
export type Inbound = (raw: Uint8Array, envelope: Envelope) => Promise<void>;

/** The way in. */
export const openInbound =
  ({ mailbox, queues, triggers, bucket, putFile }: InboundOptions): Inbound =>
  async (raw, envelope) => {
    const { messageId, at, from, to } = envelope;
    const head = await parseHeaders(raw);
    for (const { trigger } of triggers) await putFile(`${trigger.prefix}${messageId}`, raw, 'message/rfc822');
    const subject = head.subject ?? '';
    const kept = { id: messageId, direction: 'received' as const, at: at.toISOString(), from, to, subject, tags: {} };
    mailbox.keep(kept, raw, () => {
      for (const { trigger } of triggers) {
        const object = { bucket, prefix: trigger.prefix, key: `${trigger.prefix}${messageId}` };
        const body = JSON.stringify(receiptNotification(describeMail(envelope, head), object));
        queues.send(trigger.queue, [{ body }]);
      }
    });
  };
