// Announcements of mail received (SES -> S3, SNS -> SQS) -> conversations and what mails open.
import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import middy from '@middy/core';
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { openFiles } from '#aws/files';
import { readAnnouncement, receiveMail } from '#modules/platform/mail-in';
import { openRuntime } from './runtime.ts';

const processor = new BatchProcessor(EventType.SQS);

const takeOne = async ({ body }: SQSRecord): Promise<void> => {
  const announced = readAnnouncement(body);
  // The topic also tells that it was set up.
  if (!announced) return;
  const { bucket, key } = announced.stored;
  const raw = await openFiles(() => bucket).get(key);
  if (!raw) throw new Error(`A mail that was announced is not in the bucket: ${key}.`);
  await receiveMail(openRuntime(), announced.receipt, raw);
};

/** Takes in a batch of mails; those that could not be taken in come again. */
export const handler = middy<SQSEvent, SQSBatchResponse>().handler((event) =>
  processPartialResponse(event, takeOne, processor, { throwOnFullBatchFailure: false }),
);
