import { describe, expect, it } from '@jest/globals';
import { EventBus } from 'aws-cdk-lib/aws-events';
import { LazoFunction } from '#infra/aws/lazo-function';
import { WiredQueue } from '#infra/aws/queues';
import { account, deploy, deployOnly, onlyOne, resourceWith, resourcesOf } from './synthesize.ts';

const dev = deploy('dev');

describe('mail', () => {
  it('tells the default bus what became of mail; SES reaches no other', () => {
    const becomes = ['send', 'reject', 'delivery', 'deliveryDelay', 'bounce', 'complaint'];
    const [sent, marketing] = ['lazo-dev', 'lazo-dev-marketing'].map((name) =>
      resourceWith(dev, 'AWS::SES::ConfigurationSetEventDestination', 'ConfigurationSetName', name),
    );
    expect(sent?.Properties['EventDestination']).toMatchObject({
      EventBridgeDestination: { EventBusArn: `arn:aws:events:us-east-1:${account}:event-bus/default` },
      MatchingEventTypes: becomes,
    });
    expect(marketing?.Properties['EventDestination']).toMatchObject({
      MatchingEventTypes: [...becomes, 'open', 'click'],
    });
  });

  it('keeps what arrives for its domain and announces it', () => {
    const { Properties } = onlyOne(deploy('dev', { mailDomain: 'mail.example.com' }), 'AWS::SES::ReceiptRule');
    expect(Properties['RuleSetName']).toBe('lazo');
    expect(Properties['Rule']).toMatchObject({
      Enabled: true,
      Recipients: ['mail.example.com', 'in.mail.example.com'],
      ScanEnabled: true,
      Actions: [
        {
          S3Action: {
            BucketName: `lazo-dev-inbound-mail-${account}-us-east-1`,
            ObjectKeyPrefix: 'inbound/',
            TopicArn: expect.stringContaining('inbound'),
          },
        },
      ],
    });
  });

  it('lets this rule alone write into the bucket', () => {
    const bucket = `lazo-dev-inbound-mail-${account}-us-east-1`;
    const { Properties } = resourceWith(dev, 'AWS::S3::BucketPolicy', 'Bucket', bucket);
    const { Statement } = Properties['PolicyDocument'] as { readonly Statement: readonly object[] };
    expect(Statement).toContainEqual({
      Effect: 'Allow',
      Principal: { Service: 'ses.amazonaws.com' },
      Action: 's3:PutObject',
      Resource: `arn:aws:s3:::${bucket}/*`,
      Condition: {
        StringEquals: {
          'aws:SourceAccount': account,
          'aws:SourceArn': `arn:aws:ses:us-east-1:${account}:receipt-rule-set/lazo:receipt-rule/lazo-dev`,
        },
      },
    });
  });

  it('activates the rule set that the rule goes into', () => {
    const [activated] = resourcesOf(deploy('dev', { receiptRuleSet: 'company' }), 'Custom::ActiveReceiptRules');
    expect(activated?.Properties['RuleSetName']).toBe('company');
  });

  it('refuses a region where SES receives no mail, and says the ways out', () => {
    expect(() => deploy('dev', { region: 'us-west-1' })).toThrow(
      /SES receives no mail in us-west-1.*us-east-1.*inboundMail=off/,
    );
    const without = deploy('dev', { region: 'us-west-1', inboundMail: 'off' });
    expect(resourcesOf(without, 'AWS::SES::ReceiptRule')).toEqual([]);
    expect(resourcesOf(without, 'AWS::SES::EmailIdentity')).toHaveLength(1);
  });

  it('brings the announcement into the queue of a function that the wiring lets receive mail', () => {
    const deployed = deployOnly((stack, settings) => {
      const reader = new LazoFunction(stack, {
        settings,
        name: 'receive-mail',
        entry: 'functions/receive-mail.ts',
        memory: 1024,
        timeoutSeconds: 60,
        permissions: [],
        environment: {},
      });
      const bus = new EventBus(stack, 'bus');
      new WiredQueue(stack, 'jobs', settings).connect({ on: 'mail', queue: 'jobs', prefix: 'inbound/' }, reader, bus);
    });
    const { Properties } = onlyOne(deployed, 'AWS::SNS::Subscription');
    expect(Properties).toMatchObject({
      Protocol: 'sqs',
      Endpoint: `arn:aws:sqs:us-east-1:${account}:lazo-dev-jobs`,
      TopicArn: `arn:aws:sns:us-east-1:${account}:lazo-dev-inbound-mail`,
      RedrivePolicy: { deadLetterTargetArn: `arn:aws:sqs:us-east-1:${account}:lazo-dev-jobs-dlq` },
    });
    // The envelope of SNS stays around the announcement, as the local cloud hands it over.
    expect(Properties['RawMessageDelivery']).toBeUndefined();
    expect(onlyOne(deployed, 'AWS::Lambda::EventSourceMapping').Properties['BatchSize']).toBe(1);
  });
});
