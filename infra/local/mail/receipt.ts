// What SES says of a received mail, wrapped as SNS hands it to a queue.
import { randomUUID } from 'node:crypto';
import { account, region, resourcePrefix } from '../names.ts';
import type { SesMail } from './ses-mail.ts';

/** Where the message lies. */
export type StoredMail = { readonly bucket: string; readonly prefix: string; readonly key: string };

type Verdict = 'PASS' | 'FAIL' | 'GRAY' | 'PROCESSING_FAILED';

const topicArn = `arn:aws:sns:${region}:${account}:${resourcePrefix}-mail`;

/** The body of the message in the queue. */
export function receiptNotification(
  mail: SesMail,
  { bucket, prefix, key }: StoredMail,
): Readonly<Record<string, string>> {
  const action = { type: 'S3', topicArn, bucketName: bucket, objectKeyPrefix: prefix, objectKey: key };
  const notification = {
    notificationType: 'Received',
    mail,
    receipt: {
      timestamp: mail.timestamp,
      processingTimeMillis: 1,
      recipients: mail.destination,
      spamVerdict: verdictIn(mail, 'X-SES-Spam-Verdict'),
      virusVerdict: verdictIn(mail, 'X-SES-Virus-Verdict'),
      spfVerdict: verdictIn(mail, 'X-SES-SPF-Verdict'),
      dkimVerdict: verdictIn(mail, 'X-SES-DKIM-Verdict'),
      dmarcVerdict: verdictIn(mail, 'X-SES-DMARC-Verdict'),
      action,
    },
  };
  return {
    Type: 'Notification',
    MessageId: randomUUID(),
    TopicArn: topicArn,
    Subject: 'Amazon SES Email Receipt Notification',
    Message: JSON.stringify(notification),
    Timestamp: mail.timestamp,
    SignatureVersion: '1',
    Signature: '',
    SigningCertURL: '',
    UnsubscribeURL: '',
  };
}

/** Nobody checks here: a mail passes unless it says itself, in a header, what it wants to be taken for. */
const verdictIn = ({ headers }: SesMail, name: string): { readonly status: Verdict } => {
  const wish = headers.find((header) => header.name.toLowerCase() === name.toLowerCase())?.value.toUpperCase();
  return { status: wish === 'FAIL' || wish === 'GRAY' || wish === 'PROCESSING_FAILED' ? wish : 'PASS' };
};
