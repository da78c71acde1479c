import { describe, expect, it } from '@jest/globals';
import { compilePattern } from '#infra/local/bus/event-pattern';
import {
  environment,
  type EnvironmentName,
  functions,
  queues,
  type FunctionName,
  type FunctionWiring,
  type Trigger,
} from '#infra/wiring';
import { account, deploy, resourceWith, resourcesOf } from './synthesize.ts';

const deployed = deploy('dev');

const triggersOn = <On extends Trigger['on']>(on: On) =>
  (Object.entries(functions) as [FunctionName, FunctionWiring][]).flatMap(([name, { triggers }]) =>
    triggers
      .filter((trigger): trigger is Extract<Trigger, { on: On }> => trigger.on === on)
      .map((trigger) => ({ name, trigger })),
  );

const lambda = (name: string) =>
  resourceWith(deployed, 'AWS::Lambda::Function', 'FunctionName', `lazo-dev-${name}`).Properties;

const variablesOf = (name: string) =>
  (lambda(name)['Environment'] as { readonly Variables: Readonly<Record<string, string>> }).Variables;

const valueOf = (name: EnvironmentName): string => variablesOf('graphql')[name] ?? '';

const arn = (service: string, resource: string): string => `arn:aws:${service}:us-east-1:${account}:${resource}`;

describe('functions', () => {
  it.each(Object.entries(functions))('%s runs as the wiring says', (name, wiring) => {
    expect(lambda(name)).toMatchObject({
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      MemorySize: wiring.memory,
      Timeout: wiring.timeoutSeconds,
      TracingConfig: { Mode: 'Active' },
      LoggingConfig: { LogGroup: `/aws/lambda/lazo-dev-${name}` },
    });
  });

  it('are those of the wiring and those that the deploy itself needs', () => {
    const names = resourcesOf(deployed, 'AWS::Lambda::Function').map(({ Properties }) => Properties['FunctionName']);
    const wired = Object.keys(functions).map((name) => `lazo-dev-${name}`);
    expect(new Set(names)).toEqual(new Set([...wired, 'lazo-dev-make-secrets', 'lazo-dev-activate-receipt-rules']));
  });

  it('may do for a run whatever an operation that it names does', () => {
    const missing = functions.graphql.may.filter(
      (grant) => !(functions['run-workflows'].may as readonly string[]).includes(grant),
    );
    expect(missing).toEqual([]);
  });

  it('may feed themselves only where the wiring sends to their own queue', () => {
    const allowed = resourcesOf(deployed, 'AWS::Lambda::Function')
      .filter(({ Properties }) => Properties['RecursiveLoop'] === 'Allow')
      .map(({ Properties }) => Properties['FunctionName']);
    expect(allowed).toEqual([
      'lazo-dev-run-workflows',
      'lazo-dev-run-jobs',
      'lazo-dev-deliver-webhooks',
      'lazo-dev-send-electronic',
    ]);
  });
});

describe('environment', () => {
  it.each(Object.keys(functions))('%s gets every name of the wiring', (name) => {
    const variables = variablesOf(name);
    const missing = Object.keys(environment).filter((variable) => !variables[variable]);
    expect(missing).toEqual([]);
  });

  it('names what is deployed', () => {
    expect(resourceWith(deployed, 'AWS::DynamoDB::Table', 'TableName', valueOf('TABLE_NAME'))).toBeDefined();
    expect(resourceWith(deployed, 'AWS::Events::EventBus', 'Name', valueOf('BUS_NAME'))).toBeDefined();
    expect(resourceWith(deployed, 'AWS::S3::Bucket', 'BucketName', valueOf('FILES_BUCKET'))).toBeDefined();
    expect(resourceWith(deployed, 'AWS::S3::Bucket', 'BucketName', valueOf('FAILURES_BUCKET'))).toBeDefined();
    expect(resourceWith(deployed, 'AWS::Scheduler::ScheduleGroup', 'Name', valueOf('SCHEDULER_GROUP'))).toBeDefined();
    expect(
      resourceWith(deployed, 'AWS::SES::ConfigurationSet', 'Name', valueOf('MAIL_CONFIGURATION_SET')),
    ).toBeDefined();
    expect(resourceWith(deployed, 'AWS::SES::EmailIdentity', 'EmailIdentity', valueOf('MAIL_DOMAIN'))).toBeDefined();
  });

  it('lets one-shots be made that call the function of the wiring', () => {
    const [called] = triggersOn('one-shots');
    const [, role] = valueOf('SCHEDULER_ROLE_ARN').split(`arn:aws:iam::${account}:role/`);
    expect(valueOf('RUN_DUE_ARN')).toBe(arn('lambda', `function:lazo-dev-${String(called?.name)}`));
    expect(resourceWith(deployed, 'AWS::IAM::Role', 'RoleName', role)).toBeDefined();
  });

  it('leads to every queue by prefix, stage and name', () => {
    const names = resourcesOf(deployed, 'AWS::SQS::Queue').map(({ Properties }) => Properties['QueueName']);
    for (const queue of Object.keys(queues)) {
      const url = `${valueOf('QUEUE_URL_PREFIX')}${valueOf('STAGE')}-${queue}`;
      expect(names).toContain(url.split(`https://sqs.us-east-1.amazonaws.com/${account}/`)[1]);
    }
  });

  it('leads to the secrets that the deploy makes', () => {
    const prefix = valueOf('SECRETS').replace(/^ssm:/, '');
    const [made] = resourcesOf(deployed, 'Custom::Secrets');
    expect(made?.Properties['Names']).toEqual([`${prefix}signing`, `${prefix}idempotency`, `${prefix}sealing`]);
  });

  it('trusts the user pool, for tokens of the browser', () => {
    const pool = `<${String(resourcesOf(deployed, 'AWS::Cognito::UserPool')[0]?.id)}>`;
    const client = `<${String(resourcesOf(deployed, 'AWS::Cognito::UserPoolClient')[0]?.id)}>`;
    const issuer = `https://cognito-idp.us-east-1.amazonaws.com/${pool}`;
    expect(valueOf('IDENTITIES')).toBe(`cognito:${pool}`);
    expect(JSON.parse(valueOf('OIDC_ISSUERS'))).toEqual([
      { issuer, audience: client, clientId: client, kind: 'cognito' },
    ]);
  });
});

describe('http', () => {
  it('routes exactly the routes of the wiring to their functions', () => {
    const targets = new Map(
      resourcesOf(deployed, 'AWS::ApiGatewayV2::Integration').map(({ id, Properties }) => [
        `integrations/<${id}>`,
        Properties['IntegrationUri'],
      ]),
    );
    const routed = resourcesOf(deployed, 'AWS::ApiGatewayV2::Route').map(
      ({ Properties }) => `${String(Properties['RouteKey'])} -> ${String(targets.get(String(Properties['Target'])))}`,
    );
    const wired = triggersOn('http').flatMap(({ name, trigger }) =>
      trigger.routes.map((route) => `${route} -> ${arn('lambda', `function:lazo-dev-${name}`)}`),
    );
    expect(new Set(routed)).toEqual(new Set(wired));
  });
});

describe('stream', () => {
  it.each(triggersOn('stream'))('calls $name, halves what fails and keeps what fails for good', ({ name, trigger }) => {
    const source = resourcesOf(deployed, 'AWS::Lambda::EventSourceMapping').find(
      ({ Properties }) => Properties['FunctionName'] === `lazo-dev-${name}`,
    );
    expect(source?.Properties).toMatchObject({
      StartingPosition: 'TRIM_HORIZON',
      BatchSize: trigger.batchSize,
      MaximumBatchingWindowInSeconds: trigger.windowSeconds,
      MaximumRetryAttempts: trigger.retries,
      BisectBatchOnFunctionError: true,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      DestinationConfig: { OnFailure: { Destination: `arn:aws:s3:::lazo-dev-failures-${account}-us-east-1` } },
      FilterCriteria: { Filters: [{ Pattern: JSON.stringify(trigger.filter) }] },
    });
    expect(source?.Properties['EventSourceArn']).toMatch(/StreamArn>$/);
  });
});

describe('queues', () => {
  it.each(Object.entries(queues))('%s gives up into its dead letters', (name, { visibilitySeconds, receives }) => {
    const queue = resourceWith(deployed, 'AWS::SQS::Queue', 'QueueName', `lazo-dev-${name}`).Properties;
    expect(queue['VisibilityTimeout']).toBe(visibilitySeconds);
    expect(queue['RedrivePolicy']).toEqual({
      deadLetterTargetArn: arn('sqs', `lazo-dev-${name}-dlq`),
      maxReceiveCount: receives,
    });
    const deadLetters = resourceWith(deployed, 'AWS::SQS::Queue', 'QueueName', `lazo-dev-${name}-dlq`).Properties;
    expect(deadLetters['MessageRetentionPeriod']).toBe(14 * 24 * 60 * 60);
  });

  it.each([...triggersOn('bus'), ...triggersOn('queue')])('$trigger.queue is read by $name', ({ name, trigger }) => {
    const source = resourceWith(
      deployed,
      'AWS::Lambda::EventSourceMapping',
      'EventSourceArn',
      arn('sqs', `lazo-dev-${trigger.queue}`),
    ).Properties;
    expect(source).toMatchObject({
      FunctionName: `lazo-dev-${name}`,
      BatchSize: trigger.batchSize,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
    });
    expect(source['ScalingConfig']).toBeUndefined();
    expect(wiringOf(name).timeoutSeconds).toBeLessThanOrEqual(queues[trigger.queue].visibilitySeconds);
  });
});

const wiringOf = (name: FunctionName): FunctionWiring => functions[name];

describe('bus', () => {
  const ruleFor = (queue: string) =>
    resourceWith(deployed, 'AWS::Events::Rule', 'Name', `lazo-dev-${queue}`).Properties;

  it.each(triggersOn('bus'))('$trigger.queue takes what the pattern of $name takes', ({ trigger }) => {
    const { EventBusName, EventPattern, Targets } = ruleFor(trigger.queue);
    expect(EventBusName).toBe(trigger.bus === 'crm' ? 'lazo-dev-crm' : 'default');
    expect(EventPattern).toMatchObject(trigger.pattern);
    expect(Targets).toEqual([
      {
        Id: 'queue',
        Arn: arn('sqs', `lazo-dev-${trigger.queue}`),
        DeadLetterConfig: { Arn: arn('sqs', `lazo-dev-${trigger.queue}-dlq`) },
      },
    ]);
  });

  it('starts workflows by what is new: no replay, no mass import, no run itself', () => {
    const [trigger] = functions['run-workflows'].triggers;
    const hears = compilePattern(trigger.pattern);
    const event = { source: 'lazo.crm', 'detail-type': 'quote.accepted', detail: { id: 'evt_1' } };
    expect(hears(event)).toBe(true);
    expect(hears({ ...event, 'replay-name': 'again' })).toBe(false);
    expect(hears({ ...event, detail: { id: 'evt_1', silent: true } })).toBe(false);
    expect(hears({ ...event, 'detail-type': 'workflowRun.completed' })).toBe(false);
  });

  it('narrows the default bus, and only it, to what this stage has sent', () => {
    for (const { trigger } of triggersOn('bus')) {
      const own = { detail: { mail: { tags: { 'ses:configuration-set': ['lazo-dev', 'lazo-dev-marketing'] } } } };
      const expected = trigger.bus === 'crm' ? trigger.pattern : { ...trigger.pattern, ...own };
      expect(ruleFor(trigger.queue)['EventPattern']).toEqual(expected);
    }
    expect(variablesOf('send-mail')['MAIL_CONFIGURATION_SET']).toBe('lazo-dev');
  });

  it('may put events into the queues of its rules and their dead letters', () => {
    for (const { trigger } of triggersOn('bus')) {
      for (const queue of [trigger.queue, `${trigger.queue}-dlq`]) {
        const policies = resourcesOf(deployed, 'AWS::SQS::QueuePolicy').filter(({ Properties }) =>
          (Properties['Queues'] as string[]).includes(`lazo-dev-${queue}`),
        );
        expect(JSON.stringify(policies)).toContain('"Service":"events.amazonaws.com"');
      }
    }
  });
});

describe('schedules', () => {
  it.each(triggersOn('schedule'))('call $name with $trigger.input.task, $trigger.expression', ({ name, trigger }) => {
    const schedule = resourcesOf(deployed, 'AWS::Scheduler::Schedule').find(
      ({ Properties }) => Properties['Name'] === `${name}-${String(trigger.input['task'])}`,
    );
    expect(schedule?.Properties).toMatchObject({
      GroupName: 'lazo-dev',
      ScheduleExpression: trigger.expression,
      Target: { Arn: arn('lambda', `function:lazo-dev-${name}`), Input: JSON.stringify(trigger.input) },
    });
  });

  it('are those of the wiring', () => {
    expect(resourcesOf(deployed, 'AWS::Scheduler::Schedule')).toHaveLength(triggersOn('schedule').length);
  });
});
