// Makes the secrets of a stage at its first deploy, as SecureStrings that CloudFormation cannot make itself and that cost
// nothing to keep. An existing one is never touched: links and cursors that it signed stay good.
import { randomBytes } from 'node:crypto';
import type { CloudFormationCustomResourceEvent } from 'aws-lambda';
import { openExchange, type Answer } from '#aws/dynamodb/exchange';
import { answering } from './answer.ts';

const systemsManager = { name: 'ssm', target: 'AmazonSSM', contentType: 'application/x-amz-json-1.1' } as const;

const namesIn = ({ ResourceProperties }: CloudFormationCustomResourceEvent): readonly string[] =>
  (ResourceProperties as unknown as { readonly Names: readonly string[] }).Names;

const call = async (action: string, input: Readonly<Record<string, unknown>>): Promise<Answer> =>
  openExchange({ service: systemsManager })(action, JSON.stringify(input));

const assertDone = ({ status, text }: Answer): void => {
  if (status !== 200) throw new Error(`Systems Manager answered ${String(status)}: ${text}`);
};

const ensureSecret = async (Name: string): Promise<void> => {
  const Value = randomBytes(32).toString('base64url');
  const answer = await call('PutParameter', { Name, Value, Type: 'SecureString', Overwrite: false });
  if (!answer.text.includes('ParameterAlreadyExists')) assertDone(answer);
};

/** Called by CloudFormation. A stage that keeps its data never asks to delete them. */
export const handler = answering(
  // The same whatever is added: another one would make CloudFormation delete what the names before stand for.
  () => 'secrets',
  async (event) => {
    if (event.RequestType === 'Delete') assertDone(await call('DeleteParameters', { Names: namesIn(event) }));
    else await Promise.all(namesIn(event).map(ensureSecret));
  },
);
