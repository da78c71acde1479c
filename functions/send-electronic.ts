// Queue -> electronic documents on their way to the tax authority.
import middy from '@middy/core';
import type { SQSEvent } from 'aws-lambda';
import { advanceElectronic, type ElectronicStep } from '#modules/billing/ec-sri';
import { openRuntime } from './runtime.ts';

/** Does what is next for the document of each message: signs it, hands it in, asks what was decided. */
export const handler = middy<SQSEvent>().handler(async ({ Records }) => {
  for (const { body } of Records) await advanceElectronic(openRuntime(), JSON.parse(body) as ElectronicStep);
});
