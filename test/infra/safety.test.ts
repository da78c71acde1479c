import { describe, expect, it } from '@jest/globals';
import { tableDefinition } from '#infra/table-definition';
import { account, deploy, onlyOne, resourceWith, resourcesOf, type Deployed } from './synthesize.ts';

const dev = deploy('dev');
const prod = deploy('prod');
const stages = [
  ['dev', dev],
  ['prod', prod],
] as const;

describe.each(stages)('the table in %s', (_stage, deployed) => {
  const { Properties: table } = onlyOne(deployed, 'AWS::DynamoDB::Table');
  const keyOf = ({ partition, sort }: { readonly partition: string; readonly sort: string }) => [
    { AttributeName: partition, KeyType: 'HASH' },
    { AttributeName: sort, KeyType: 'RANGE' },
  ];

  it('has the keys and indexes of its definition', () => {
    expect(table['KeySchema']).toEqual(keyOf(tableDefinition.key));
    expect(table['GlobalSecondaryIndexes']).toEqual(
      Object.entries(tableDefinition.indexes).map(([IndexName, index]) => ({
        IndexName,
        KeySchema: keyOf(index),
        Projection: { ProjectionType: index.projection },
      })),
    );
  });

  it('streams both images, forgets by TTL, is billed by request and can be restored', () => {
    expect(table).toMatchObject({
      StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' },
      TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
      BillingMode: 'PAY_PER_REQUEST',
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
    });
    expect(table['ProvisionedThroughput']).toBeUndefined();
  });
});

it('the schema is told to anyone in dev, and in prod to nobody without a key', () => {
  const toldIn = (deployed: Deployed) =>
    new Set(
      resourcesOf(deployed, 'AWS::Lambda::Function').flatMap(({ Properties }) => {
        const { Variables } = (Properties['Environment'] ?? {}) as { readonly Variables?: Record<string, unknown> };
        return Variables?.['INTROSPECTION'] ?? [];
      }),
    );
  expect([toldIn(dev), toldIn(prod)]).toEqual([new Set(['on']), new Set(['off'])]);
});

describe.each(stages)('buckets in %s', (_stage, deployed) => {
  const buckets = resourcesOf(deployed, 'AWS::S3::Bucket');

  it('are those that we know', () => {
    const names = buckets.map(({ Properties }) => String(Properties['BucketName']));
    const { stage } = deployed.settings;
    expect(names.sort()).toEqual(
      ['access-logs', 'failures', 'files', 'inbound-mail'].map((name) => `lazo-${stage}-${name}-${account}-us-east-1`),
    );
  });

  it.each(buckets)('$id is encrypted, private and forgets what it no longer needs', ({ Properties }) => {
    expect(Properties).toMatchObject({
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
      },
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
      OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
    });
    expect(Properties['LifecycleConfiguration']).toBeDefined();
  });

  it.each(buckets)('$id answers over TLS only', ({ Properties }) => {
    const policy = resourceWith(deployed, 'AWS::S3::BucketPolicy', 'Bucket', Properties['BucketName']);
    expect(JSON.stringify(policy.Properties)).toContain('"Bool":{"aws:SecureTransport":"false"}');
    expect(JSON.stringify(policy.Properties)).toContain('"s3:TlsVersion":1.2');
  });

  it.each(buckets.filter(({ Properties }) => !String(Properties['BucketName']).includes('access-logs')))(
    '$id keeps old versions and tells who touched it',
    ({ Properties }) => {
      expect(Properties['VersioningConfiguration']).toEqual({ Status: 'Enabled' });
      expect(JSON.stringify(Properties['LifecycleConfiguration'])).toContain('"NoncurrentDays":30');
      expect(JSON.stringify(Properties['LoggingConfiguration'])).toContain('access-logs');
    },
  );
});

describe.each(stages)('queues and topics in %s', (_stage, deployed) => {
  it('are encrypted and answer over TLS only', () => {
    for (const { Properties } of resourcesOf(deployed, 'AWS::SQS::Queue')) {
      expect(Properties['SqsManagedSseEnabled']).toBe(true);
    }
    const policies = ['AWS::SQS::QueuePolicy', 'AWS::SNS::TopicPolicy'].flatMap((type) => resourcesOf(deployed, type));
    const guarded = ['AWS::SQS::Queue', 'AWS::SNS::Topic'].flatMap((type) => resourcesOf(deployed, type));
    expect(policies).toHaveLength(guarded.length);
    for (const { Properties } of policies) {
      expect(JSON.stringify(Properties)).toContain('"Effect":"Deny"');
      expect(JSON.stringify(Properties)).toContain('"Bool":{"aws:SecureTransport":"false"}');
    }
  });
});

describe('stages', () => {
  const keepers = [
    'AWS::DynamoDB::Table',
    'AWS::S3::Bucket',
    'AWS::Cognito::UserPool',
    'AWS::Logs::LogGroup',
    'Custom::Secrets',
  ];

  it.each(keepers)('prod outlives its stacks: %s', (type) => {
    const policies = resourcesOf(prod, type).flatMap((kept) => [kept.DeletionPolicy, kept.UpdateReplacePolicy]);
    expect(new Set(policies)).toEqual(new Set(['Retain']));
  });

  it.each(keepers)('dev leaves nothing behind: %s', (type) => {
    const policies = resourcesOf(dev, type).map(({ DeletionPolicy }) => DeletionPolicy ?? 'Delete');
    expect(new Set(policies)).toEqual(new Set(['Delete']));
  });

  it('prod refuses to be deleted, dev does not', () => {
    const refusing = (deployed: Deployed) => [
      onlyOne(deployed, 'AWS::DynamoDB::Table').Properties['DeletionProtectionEnabled'] ?? false,
      onlyOne(deployed, 'AWS::Cognito::UserPool').Properties['DeletionProtection'] ?? 'INACTIVE',
    ];
    expect(refusing(prod)).toEqual([true, 'ACTIVE']);
    expect(refusing(dev)).toEqual([false, 'INACTIVE']);
  });

  it('share no name, so that both fit into one account', () => {
    const named = [
      'TableName',
      'BucketName',
      'QueueName',
      'FunctionName',
      'RoleName',
      'TopicName',
      'AlarmName',
      'LogGroupName',
      'Name',
    ];
    const namesOf = ({ resources }: Deployed) =>
      resources
        .flatMap(({ Properties }) => named.map((property) => String(Properties[property])))
        .filter((name) => name.includes('lazo'));
    expect(namesOf(dev).length).toBeGreaterThan(50);
    expect(namesOf(dev).filter((name) => namesOf(prod).includes(name))).toEqual([]);
  });

  it('keep logs for a week in dev and for three months in prod', () => {
    const daysOf = (deployed: Deployed) =>
      new Set(resourcesOf(deployed, 'AWS::Logs::LogGroup').map(({ Properties }) => Properties['RetentionInDays']));
    expect(daysOf(dev)).toEqual(new Set([7]));
    expect(daysOf(prod)).toEqual(new Set([90]));
  });

  it('give every function a log group that does not grow for ever', () => {
    const groups = resourcesOf(dev, 'AWS::Logs::LogGroup').map(({ Properties }) => Properties['LogGroupName']);
    for (const { Properties } of resourcesOf(dev, 'AWS::Lambda::Function')) {
      expect(groups).toContain((Properties['LoggingConfig'] as { readonly LogGroup: string }).LogGroup);
    }
  });

  it('are two: another name is refused', () => {
    expect(() => deploy('staging' as 'dev')).toThrow(/no stage "staging".*dev, prod/);
  });
});

describe('sign-in', () => {
  it.each(stages)('%s takes invited people with strong passwords only', (_stage, deployed) => {
    const { Properties } = onlyOne(deployed, 'AWS::Cognito::UserPool');
    expect(Properties).toMatchObject({
      AdminCreateUserConfig: { AllowAdminCreateUserOnly: true },
      Policies: {
        PasswordPolicy: {
          MinimumLength: 12,
          RequireLowercase: true,
          RequireUppercase: true,
          RequireNumbers: true,
          RequireSymbols: true,
        },
      },
      EnabledMfas: ['SOFTWARE_TOKEN_MFA'],
    });
  });

  it('asks for a second factor in prod', () => {
    expect(onlyOne(prod, 'AWS::Cognito::UserPool').Properties['MfaConfiguration']).toBe('ON');
    expect(onlyOne(dev, 'AWS::Cognito::UserPool').Properties['MfaConfiguration']).toBe('OPTIONAL');
  });

  it('keeps passwords from the API: SRP and refresh tokens, no secret, no hint whether an account exists', () => {
    const { Properties } = onlyOne(prod, 'AWS::Cognito::UserPoolClient');
    expect(Properties['ExplicitAuthFlows']).toEqual(['ALLOW_USER_SRP_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH']);
    expect(Properties).toMatchObject({ GenerateSecret: false, PreventUserExistenceErrors: 'ENABLED' });
  });
});

describe('the HTTP API', () => {
  it.each(stages)('in %s is throttled and logged', (_stage, deployed) => {
    const { requestsPerSecond, burst } = deployed.settings;
    const { Properties } = onlyOne(deployed, 'AWS::ApiGatewayV2::Stage');
    expect(Properties['DefaultRouteSettings']).toEqual({
      ThrottlingRateLimit: requestsPerSecond,
      ThrottlingBurstLimit: burst,
    });
    expect(JSON.stringify(Properties['AccessLogSettings'])).toContain('$context.routeKey');
  });

  it('never logs the path of a signed link', () => {
    const { Properties } = onlyOne(prod, 'AWS::ApiGatewayV2::Stage');
    expect(JSON.stringify(Properties['AccessLogSettings'])).not.toMatch(/context\.path|queryString|authorizer/);
  });
});
