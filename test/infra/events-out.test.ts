import { describe, expect, it } from '@jest/globals';
import { functions, type FunctionWiring } from '#infra/wiring';
import { busEvent } from '#infra/local/bus/bus-endpoint';
import { compilePattern } from '#infra/local/bus/event-pattern';
import { account, deploy, onlyOne, resourcesOf, resourceWith } from './synthesize.ts';

const bus = 'arn:aws:events:us-east-1:444455556666:event-bus/crm';
const [one, other] = ['ten_01M80GVG6G0000000000000000', 'ten_01M80GVG6H0000000000000000'];
const partner = { name: 'acme', bus, tenants: [one, other], types: ['quote.*', 'invoice.issued'] };
const withPartners = (...partners: readonly object[]) => deploy('dev', { partners: JSON.stringify(partners) });

describe('a partner with a bus of its own', () => {
  const deployed = withPartners(partner, { name: 'all', bus, tenants: [one] });
  const rule = (name: string) => resourceWith(deployed, 'AWS::Events::Rule', 'Name', `lazo-dev-partner-${name}`);

  it('hears events of the tenants that it serves, of the types that it asked for', () => {
    expect(rule('acme').Properties).toMatchObject({
      EventBusName: 'lazo-dev-crm',
      EventPattern: {
        source: ['lazo.crm'],
        'detail-type': [{ prefix: 'quote.' }, 'invoice.issued'],
        detail: { tenant: [one, other] },
      },
      Targets: [{ Arn: bus }],
    });
    expect(rule('all').Properties['EventPattern']).toEqual({ source: ['lazo.crm'], detail: { tenant: [one] } });
  });

  it('never hears those of others: no rule leaves the account without matching detail.tenant', () => {
    const leaving = resourcesOf(deployed, 'AWS::Events::Rule').filter(({ Properties }) =>
      (Properties['Targets'] as readonly { readonly Arn: string }[]).some(({ Arn }) => !Arn.includes(`:${account}:`)),
    );
    expect(leaving).toHaveLength(2);
    for (const { Properties } of leaving) {
      const { detail } = Properties['EventPattern'] as { readonly detail?: { readonly tenant?: readonly string[] } };
      expect(detail?.tenant?.length).toBeGreaterThan(0);
    }
    for (const tenants of [[], ['*'], [one, '']])
      expect(() => withPartners({ ...partner, tenants })).toThrow(/tenants/);
    expect(() => withPartners({ ...partner, bus: 'arn:aws:s3:::bucket' })).toThrow(/ARN of a bus/);
    expect(() => withPartners({ ...partner, name: 'Acme & Co' })).toThrow(/letters/);
    for (const type of ['*', '.*', 'quote.acc*', 'quote'])
      expect(() => withPartners({ ...partner, types: [type] })).toThrow(/Types of events/);
  });

  it('is told by its rule, as EventBridge reads it, what happens in its tenants and nothing of any other', () => {
    const hears = compilePattern(rule('acme').Properties['EventPattern']);
    const event = (type: string, tenant?: string, source = 'lazo.crm') =>
      hears(busEvent({ source, detailType: type, detail: { tenant, type }, time: new Date(0) }));
    expect(['quote.accepted', 'invoice.issued'].map((type) => event(type, one))).toEqual([true, true]);
    expect(event('quote.sent', other)).toBe(true);
    expect(event('quote.sent', 'ten_01M80GVG6J0000000000000000')).toBe(false);
    for (const type of ['quoteLine.added', 'invoice.voided']) expect(event(type, one)).toBe(false);
    expect([event('quote.sent'), event('quote.sent', one, 'other.crm')]).toEqual([false, false]);
  });

  it('misses nothing for good: what its bus did not take is kept for two weeks, where the rule alone may put it', () => {
    const queue = resourceWith(deployed, 'AWS::SQS::Queue', 'QueueName', 'lazo-dev-partner-acme-dlq');
    expect(queue.Properties).toMatchObject({ MessageRetentionPeriod: 14 * 86_400, SqsManagedSseEnabled: true });
    const kept = `arn:aws:sqs:us-east-1:${account}:lazo-dev-partner-acme-dlq`;
    expect(rule('acme').Properties).toMatchObject({ Targets: [{ DeadLetterConfig: { Arn: kept } }] });
    const policies = resourcesOf(deployed, 'AWS::SQS::QueuePolicy').map(({ Properties }) => JSON.stringify(Properties));
    const policy = policies.find((text) => text.includes(kept)) ?? '';
    expect(policy).toContain('"Action":"sqs:SendMessage"');
    expect(policy).toMatch(/"aws:SourceArn":"<[^"]*partneracmerule\w+\.Arn>"/);
    const alarm = resourceWith(deployed, 'AWS::CloudWatch::Alarm', 'AlarmName', 'lazo-dev-partner-acme-dead-letters');
    expect(alarm.Properties).toMatchObject({
      AlarmActions: [`arn:aws:sns:us-east-1:${account}:lazo-dev-alarms`],
      Dimensions: [{ Name: 'QueueName', Value: 'lazo-dev-partner-acme-dlq' }],
    });
  });

  it('is served by a role that may put events on that bus, for that rule alone', () => {
    const policies = resourcesOf(deployed, 'AWS::IAM::Policy').filter(({ Properties }) =>
      JSON.stringify(Properties).includes(bus),
    );
    expect(policies).toHaveLength(2);
    for (const { Properties } of policies)
      expect(Properties['PolicyDocument']).toMatchObject({
        Statement: [{ Action: 'events:PutEvents', Resource: bus }],
      });
    const roles = resourcesOf(deployed, 'AWS::IAM::Role').filter(({ Properties }) =>
      JSON.stringify(Properties['AssumeRolePolicyDocument']).includes('"events.amazonaws.com"'),
    );
    expect(roles).toHaveLength(2);
    expect(JSON.stringify(roles[0])).toContain(`rule/lazo-dev-crm/lazo-dev-partner-acme`);
  });
});

describe('the archive', () => {
  it('keeps domain events for 30 days', () => {
    expect(onlyOne(deploy('dev'), 'AWS::Events::Archive').Properties).toMatchObject({
      RetentionDays: 30,
      EventPattern: { source: ['lazo.crm'] },
    });
  });

  it('tells nothing again to those who hear things once: only what is idempotent takes replays', () => {
    const taking = Object.entries<FunctionWiring>(functions).flatMap(([name, { triggers }]) =>
      triggers
        .filter((trigger) => trigger.on === 'bus' && trigger.bus === 'crm')
        .filter((trigger) => !('pattern' in trigger && JSON.stringify(trigger.pattern).includes('"replay-name"')))
        .map(() => name),
    );
    expect(taking).toEqual(['react']);
  });
});

describe('notices', () => {
  const deployed = deploy('dev');

  it('are published by functions of the stage and heard by whom its authorizer lets', () => {
    const { EventConfig } = onlyOne(deployed, 'AWS::AppSync::Api').Properties as {
      readonly EventConfig: Readonly<Record<string, unknown>>;
    };
    const asked = `arn:aws:lambda:us-east-1:${account}:function:lazo-dev-authorize-realtime`;
    expect(EventConfig).toMatchObject({
      AuthProviders: [
        { AuthType: 'AWS_IAM' },
        { AuthType: 'AWS_LAMBDA', LambdaAuthorizerConfig: { AuthorizerUri: asked, AuthorizerResultTtlInSeconds: 0 } },
      ],
      ConnectionAuthModes: [{ AuthType: 'AWS_LAMBDA' }],
      DefaultPublishAuthModes: [{ AuthType: 'AWS_IAM' }],
      DefaultSubscribeAuthModes: [{ AuthType: 'AWS_LAMBDA' }],
    });
    expect(onlyOne(deployed, 'AWS::AppSync::ChannelNamespace').Properties['Name']).toBe('crm');
    const permission = resourceWith(deployed, 'AWS::Lambda::Permission', 'Principal', 'appsync.amazonaws.com');
    expect(permission.Properties).toMatchObject({ SourceAccount: account, Action: 'lambda:InvokeFunction' });
  });
});
