import { describe, expect, it } from '@jest/globals';
import type { CloudFormationCustomResourceEvent } from 'aws-lambda';
import { withRecordingService } from '#test/support/aws-service';
import { handler as activateReceiptRules } from './activate-receipt-rules.ts';
import { handler as makeSecrets } from './make-secrets.ts';

const service = withRecordingService('SSM', 'SES');

type RequestType = CloudFormationCustomResourceEvent['RequestType'];

const eventOf = (RequestType: RequestType, properties: Readonly<Record<string, unknown>>) =>
  ({
    RequestType,
    ResponseURL: `${service.url}/answer?X-Amz-Signature=s`,
    StackId: 'stack',
    RequestId: 'request',
    LogicalResourceId: 'resource',
    ResourceType: 'Custom::Thing',
    ResourceProperties: { ServiceToken: 'arn', ...properties },
  }) as unknown as CloudFormationCustomResourceEvent;

/** What CloudFormation heard. */
const answers = () =>
  service.requests
    .filter(({ path }) => path.startsWith('/answer'))
    .map(({ body }) => JSON.parse(body) as Readonly<Record<string, string>>);

describe('secrets', () => {
  const names = ['/lazo/dev/signing', '/lazo/dev/idempotency'];
  const puts = () =>
    service.requests
      .filter(({ action }) => action === 'PutParameter')
      .map(({ body }) => JSON.parse(body) as Readonly<Record<string, string>>);

  it('are made random, encrypted, and never over an existing one', async () => {
    await makeSecrets(eventOf('Create', { Names: names }));
    expect(puts().map(({ Name, Type, Overwrite }) => ({ Name, Type, Overwrite }))).toEqual(
      names.map((Name) => ({ Name, Type: 'SecureString', Overwrite: false })),
    );
    const values = puts().map(({ Value = '' }) => Value);
    expect(new Set(values).size).toBe(2);
    for (const value of values) expect(Buffer.from(value, 'base64url')).toHaveLength(32);
  });

  it('are never told to CloudFormation', async () => {
    await makeSecrets(eventOf('Create', { Names: names }));
    const [answer] = answers();
    expect(answer).toEqual({
      Status: 'SUCCESS',
      StackId: 'stack',
      RequestId: 'request',
      LogicalResourceId: 'resource',
      PhysicalResourceId: 'secrets',
    });
  });

  it('stay what they are when they are there already', async () => {
    service.reply = ({ action }) =>
      action === 'PutParameter' ? { status: 400, json: { __type: 'ParameterAlreadyExists' } } : { json: {} };
    await makeSecrets(eventOf('Update', { Names: names }));
    expect(answers()).toMatchObject([{ Status: 'SUCCESS' }]);
  });

  it('fail the deploy, with the cause, when they cannot be made', async () => {
    service.reply = ({ action }) =>
      action === 'PutParameter' ? { status: 400, json: { __type: 'AccessDeniedException' } } : { json: {} };
    await makeSecrets(eventOf('Create', { Names: names }));
    expect(answers()).toMatchObject([{ Status: 'FAILED', Reason: expect.stringContaining('AccessDeniedException') }]);
  });

  it('go with a stage that keeps nothing', async () => {
    await makeSecrets(eventOf('Delete', { Names: names }));
    const [deletion] = service.requests.filter(({ action }) => action === 'DeleteParameters');
    expect(JSON.parse(deletion?.body ?? '')).toEqual({ Names: names });
  });

  it('are answered without a content type, which the signature of the URL does not cover', async () => {
    await makeSecrets(eventOf('Create', { Names: names }));
    const answer = service.requests.find(({ path }) => path.startsWith('/answer'));
    expect(answer?.method).toBe('PUT');
    expect(answer?.headers['content-type']).toBeUndefined();
  });

  it('are tried again by Lambda when CloudFormation does not take the answer', async () => {
    service.reply = ({ path }) => (path.startsWith('/answer') ? { status: 403, json: {} } : { json: {} });
    await expect(makeSecrets(eventOf('Create', { Names: names }))).rejects.toThrow(
      'CloudFormation took no answer: 403',
    );
  });
});

describe('receipt rules', () => {
  /** Answers as SES does where the rule set `active` is active. */
  const activeSet = (active?: string) => {
    service.reply = ({ body }) => {
      const action = new URLSearchParams(body).get('Action') ?? '';
      const metadata = active === undefined ? '' : `<Metadata><Name>${active}</Name></Metadata>`;
      return {
        type: 'text/xml',
        text: `<${action}Response><${action}Result>${metadata}</${action}Result></${action}Response>`,
      };
    };
  };
  const actions = () =>
    service.requests
      .map(({ body }) => new URLSearchParams(body))
      .filter((form) => form.has('Action'))
      .map((form) => [form.get('Action'), form.get('RuleSetName')].filter(Boolean).join(' '));

  it('get a set of ours where none is active', async () => {
    activeSet();
    await activateReceiptRules(eventOf('Create', { RuleSetName: 'lazo' }));
    expect(actions()).toEqual([
      'DescribeActiveReceiptRuleSet',
      'CreateReceiptRuleSet lazo',
      'SetActiveReceiptRuleSet lazo',
    ]);
    expect(answers()).toMatchObject([{ Status: 'SUCCESS', PhysicalResourceId: 'lazo' }]);
  });

  it('join the set that is active already, as a second stage does', async () => {
    activeSet('lazo');
    await activateReceiptRules(eventOf('Create', { RuleSetName: 'lazo' }));
    expect(actions()).toEqual(['DescribeActiveReceiptRuleSet']);
    expect(answers()).toMatchObject([{ Status: 'SUCCESS' }]);
  });

  it('never silence a set of somebody else, and say the way out', async () => {
    activeSet('company');
    await activateReceiptRules(eventOf('Create', { RuleSetName: 'lazo' }));
    expect(actions()).toEqual(['DescribeActiveReceiptRuleSet']);
    expect(answers()).toMatchObject([
      { Status: 'FAILED', Reason: expect.stringContaining('-c receiptRuleSet=company') },
    ]);
  });

  it('stay with the other stages when one goes', async () => {
    await activateReceiptRules(eventOf('Delete', { RuleSetName: 'lazo' }));
    expect(actions()).toEqual([]);
    expect(answers()).toMatchObject([{ Status: 'SUCCESS' }]);
  });
});
