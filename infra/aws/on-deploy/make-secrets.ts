// Makes the secrets of a stage at its first deploy, as SecureStrings that CloudFormation cannot make itself and that cost
// nothing to keep. An existing one is never touched: links and cursors that it signed stay good.
import { randomBytes } from 'node:crypto';
import type { CloudFormationCustomResourceEvent } from 'aws-lambda';
import { answering } from './answer.ts';
import { callSsm, SsmError } from './ssm.ts';

type Properties = { readonly Names: readonly string[] };

const namesIn = ({ ResourceProperties }: CloudFormationCustomResourceEvent): readonly string[] =>
  (ResourceProperties as unknown as Properties).Names;

const ensureSecret = async (Name: string): Promise<void> => {
  const Value = randomBytes(32).toString('base64url');
  try {
    await callSsm('PutParameter', { Name, Value, Type: 'SecureString', Overwrite: false });
  } catch (error) {
    if (!(error instanceof SsmError && error.code === 'ParameterAlreadyExists')) throw error;
  }
};

/** Called by CloudFormation. A stage that keeps its data never asks to delete them. */
export const handler = answering(
  (event) => namesIn(event).join(','),
  async (event) => {
    if (event.RequestType === 'Delete') await callSsm('DeleteParameters', { Names: namesIn(event) });
    else await Promise.all(namesIn(event).map(ensureSecret));
  },
);
