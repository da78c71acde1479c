// Queue of jobs -> chunks of jobs, until they end or time is short.
import middy from '@middy/core';
import type { SQSEvent } from 'aws-lambda';
import { runJob } from '#modules/platform/jobs';
import { openRuntime } from './runtime.ts';

type Asked = { readonly tenant: string; readonly job: string };

/** Milliseconds that a chunk and the hand-over may take. */
const reserve = 90_000;
/** The tries that the queue gives a message (infra/wiring.ts). */
const tries = 5;

/** Works on the job of each message. */
export const handler = middy<SQSEvent>().handler(async ({ Records }, context) => {
  for (const { messageId, body, attributes } of Records) {
    const turn = Number(attributes.ApproximateReceiveCount);
    await runJob(openRuntime(), {
      ...(JSON.parse(body) as Asked),
      message: messageId,
      turn,
      isLastTry: turn >= tries,
      hasTime: () => context.getRemainingTimeInMillis() > reserve,
    });
  }
});
