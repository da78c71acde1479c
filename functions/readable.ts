// Messages of a batch that are no JSON fail by themselves: those that come with them shall not go to the dead letters too.
import type { SQSBatchItemFailure, SQSRecord } from 'aws-lambda';

/** A message with what its body says. */
export type Readable<Body> = { readonly messageId: string; readonly body: Body };

/** The messages that can be read, and the others as failures. */
export const readable = <Body>(
  records: readonly SQSRecord[],
): { readonly messages: readonly Readable<Body>[]; readonly unreadable: readonly SQSBatchItemFailure[] } => {
  const messages: Readable<Body>[] = [];
  const unreadable: SQSBatchItemFailure[] = [];
  for (const { messageId, body } of records) {
    try {
      messages.push({ messageId, body: JSON.parse(body) as Body });
    } catch {
      unreadable.push({ itemIdentifier: messageId });
    }
  }
  return { messages, unreadable };
};
