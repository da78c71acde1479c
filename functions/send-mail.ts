// Queue -> mail out through SES.
import middy from '@middy/core';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { sendQueued, type MailToSend } from '#modules/platform/mail-out';
import { openRuntime } from './runtime.ts';

/** Sends a batch of mails of the ledger; those that could not even be tried come again. */
export const handler = middy<SQSEvent, SQSBatchResponse>().handler(async ({ Records }) => {
  const runtime = openRuntime();
  const tried = await Promise.allSettled(
    Records.map(({ body }) => sendQueued(runtime, JSON.parse(body) as MailToSend)),
  );
  const batchItemFailures = tried.flatMap((outcome, index) => {
    if (outcome.status === 'fulfilled') return [];
    const { messageId = '', body } = Records[index] ?? {};
    runtime.log.error('A mail was not tried; the queue sends it again.', { body, error: String(outcome.reason) });
    return [{ itemIdentifier: messageId }];
  });
  return { batchItemFailures };
});
