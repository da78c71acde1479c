// Mail out: SES SendRawEmail.
import type { SES } from '@aws-sdk/client-ses';
import { MailRefused, type Mailer } from '#kernel/ports';
import { defaultBackoff, pauseAfter } from './dynamodb/backoff.ts';
import type { Environment } from './environment.ts';
import { once } from './once.ts';

/** SES says so when it is asked faster than the account may send; the message did not go out. */
const throttles = new Set(['Throttling', 'ThrottlingException']);

/** Each stream has its configuration set: infra/aws/names.ts. */
const marketing = '-marketing';

type Input = Parameters<SES['sendRawEmail']>[0];

/** SES with the configuration sets that the environment names. */
export function openMailer(environment: Environment): Mailer {
  const client = once(async () => {
    const { SES: Client } = await import('@aws-sdk/client-ses');
    // The SDK would also repeat what may have been sent.
    return new Client({ maxAttempts: 1 });
  });
  return {
    async send({ from, to, raw, stream, tags }) {
      const { MessageId = '' } = await sendOnce(await client(), {
        Source: from,
        Destinations: [...to],
        RawMessage: { Data: raw },
        Tags: Object.entries(tags).map(([Name, Value]) => ({ Name, Value })),
        ConfigurationSetName: `${environment.mailConfigurationSet}${stream === 'MARKETING' ? marketing : ''}`,
      });
      return { messageId: MessageId };
    },
  };
}

const sendOnce = async (client: SES, input: Input): Promise<{ readonly MessageId?: string | undefined }> => {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await client.sendRawEmail(input);
    } catch (error) {
      if (!isRefusal(error)) throw error;
      if (!throttles.has(error.name) || attempt + 1 >= defaultBackoff.attempts) throw new MailRefused(error);
      await pauseAfter(attempt, defaultBackoff);
    }
  }
};

/** An answer of class 4xx: SES understood, and did not send. */
const isRefusal = (error: unknown): error is Error =>
  error instanceof Error && '$fault' in error && error.$fault === 'client';
