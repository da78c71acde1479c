// Messages to phones: AWS End User Messaging, for SMS and for WhatsApp.
import type { PinpointSMSVoiceV2 } from '@aws-sdk/client-pinpoint-sms-voice-v2';
import type { SocialMessaging } from '@aws-sdk/client-socialmessaging';
import { MessageRefused, type Messages } from '#kernel/ports';
import { once } from './once.ts';

/** The version of Meta's API whose messages we write. */
const metaApiVersion = 'v23.0';

/** Neither service notices repetitions, so that the SDK must not repeat what may have been sent. */
const single = { maxAttempts: 1 };

/** SMS by number or sender id, WhatsApp by the id of the number. */
export function openMessages(): Messages {
  const sms = once(async (): Promise<PinpointSMSVoiceV2> => {
    const { PinpointSMSVoiceV2: Client } = await import('@aws-sdk/client-pinpoint-sms-voice-v2');
    return new Client(single);
  });
  const social = once(async (): Promise<SocialMessaging> => {
    const { SocialMessaging: Client } = await import('@aws-sdk/client-socialmessaging');
    return new Client(single);
  });
  return {
    async send(order) {
      try {
        return order.channel === 'SMS' ? await text(await sms(), order) : await whatsApp(await social(), order);
      } catch (error) {
        throw isRefusal(error) ? new MessageRefused(error, isHaste(error)) : error;
      }
    },
    async fetchMedia(asked) {
      try {
        return await media(await social(), asked);
      } catch (error) {
        throw isRefusal(error) ? new MessageRefused(error, isHaste(error)) : error;
      }
    },
  };
}

type Order<Channel> = Extract<Parameters<Messages['send']>[0], { readonly channel: Channel }>;

const text = async (client: PinpointSMSVoiceV2, { kind, from, to, text: said, tags }: Order<'SMS'>) => {
  const { MessageId: messageId = '' } = await client.sendTextMessage({
    DestinationPhoneNumber: to,
    OriginationIdentity: from,
    MessageBody: said,
    MessageType: kind === 'MARKETING' ? 'PROMOTIONAL' : 'TRANSACTIONAL',
    Context: { ...tags },
  });
  return { messageId };
};

const whatsApp = async (client: SocialMessaging, { from, message }: Order<'WHATSAPP'>) => {
  const { messageId = '' } = await client.sendWhatsAppMessage({
    originationPhoneNumberId: from,
    message: Buffer.from(JSON.stringify(message)),
    metaApiVersion,
  });
  return { messageId };
};

/** It is told in KB how large something is. */
const media = async (
  client: SocialMessaging,
  { from, mediaId, to }: Parameters<Messages['fetchMedia']>[0],
): Promise<{ readonly contentType: string; readonly size: number }> => {
  const { mimeType = 'application/octet-stream', fileSize = 0 } = await client.getWhatsAppMessageMedia({
    mediaId,
    originationPhoneNumberId: from,
    ...(to
      ? { destinationS3PresignedUrl: { url: to.url, headers: { 'Content-Type': to.contentType } } }
      : { metadataOnly: true }),
  });
  return { contentType: mimeType.split(';')[0] ?? '', size: fileSize * 1024 };
};

/** An answer of class 4xx: the service understood, and did not send. */
const isRefusal = (error: unknown): error is Error =>
  error instanceof Error && '$fault' in error && error.$fault === 'client';

const isHaste = ({ name }: Error): boolean => /throttl/i.test(name);
