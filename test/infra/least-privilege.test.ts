import { describe, expect, it } from '@jest/globals';
import { functions, type FunctionWiring, type Grant } from '#infra/wiring';
import { account, deploy, resourceWith, resourcesOf } from './synthesize.ts';

const deployed = deploy('dev');

type Statement = {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
  readonly Condition?: unknown;
};

const statementsOf = (policy: Readonly<Record<string, unknown>>): readonly Statement[] =>
  (policy['PolicyDocument'] as { readonly Statement: readonly Statement[] }).Statement;

/** What the role of a function may do: `<action> <resource>`, sorted. */
const permissionsOf = (functionName: string): readonly string[] => {
  const role = roleOf(functionName);
  const policies = deployed.resources.filter(
    ({ Type, Properties }) => Type === 'AWS::IAM::Policy' && (Properties['Roles'] as string[]).includes(role),
  );
  return policies.flatMap(({ Properties }) => statementsOf(Properties).flatMap(pairsOf)).sort();
};

const roleOf = (functionName: string): string => {
  const role = resourceWith(deployed, 'AWS::Lambda::Function', 'FunctionName', functionName).Properties['Role'];
  return String(role).replace('.Arn>', '>');
};

const pairsOf = ({ Effect, Action, Resource }: Statement): readonly string[] => {
  expect(Effect).toBe('Allow');
  return [Action].flat().flatMap((action) => [Resource].flat().map((resource) => `${action} ${resource}`));
};

const here = (service: string, resource: string): string => `arn:aws:${service}:us-east-1:${account}:${resource}`;
const bucket = (name: string): string => `arn:aws:s3:::lazo-dev-${name}-${account}-us-east-1`;
const table = here('dynamodb', 'table/lazo-dev');
const indexes = ['gsi1', 'gsi2', 'gsi3', 'gsi4', 'gsi5', 'due'];
const schedulerRole = `arn:aws:iam::${account}:role/lazo-dev-us-east-1-schedules-run-due`;

const channels = `<${String(resourcesOf(deployed, 'AWS::AppSync::Api')[0]?.id)}.ApiArn>/channelNamespace/crm`;

const ofGrant: Readonly<Record<Exclude<Grant, QueueGrant>, readonly string[]>> = {
  'table:read': [
    `dynamodb:GetItem ${table}`,
    `dynamodb:BatchGetItem ${table}`,
    `dynamodb:Query ${table}`,
    ...indexes.map((index) => `dynamodb:Query ${table}/index/${index}`),
  ],
  'table:write': ['PutItem', 'UpdateItem', 'DeleteItem', 'BatchWriteItem', 'ConditionCheckItem'].map(
    (action) => `dynamodb:${action} ${table}`,
  ),
  'bus:publish': [`events:PutEvents ${here('events', 'event-bus/lazo-dev-crm')}`],
  'realtime:publish': [`appsync:EventPublish ${channels}`],
  'scheduler:create': [
    `scheduler:CreateSchedule ${here('scheduler', 'schedule/lazo-dev/*')}`,
    `iam:PassRole ${schedulerRole}`,
  ],
  'files:read': [`s3:GetObject ${bucket('files')}/*`, `s3:ListBucket ${bucket('files')}`],
  'inbound:read': [`s3:GetObject ${bucket('inbound-mail')}/*`, `s3:ListBucket ${bucket('inbound-mail')}`],
  'files:write': [`s3:PutObject ${bucket('files')}/*`, `s3:DeleteObject ${bucket('files')}/*`],
  'failures:write': [`s3:PutObject ${bucket('failures')}/*`, `s3:ListBucket ${bucket('failures')}`],
  'failures:redrive': [
    `s3:GetObject ${bucket('failures')}/*`,
    `s3:DeleteObject ${bucket('failures')}/*`,
    `s3:ListBucket ${bucket('failures')}`,
  ],
  'messages:fetch': [`social-messaging:GetWhatsAppMessageMedia ${here('social-messaging', 'phone-number-id/*')}`],
  'mail:send': [
    `ses:SendRawEmail ${here('ses', 'identity/*')}`,
    `ses:SendRawEmail ${here('ses', 'configuration-set/lazo-dev')}`,
    `ses:SendRawEmail ${here('ses', 'configuration-set/lazo-dev-marketing')}`,
  ],
  'messages:send': [
    `sms-voice:SendTextMessage ${here('sms-voice', 'phone-number/*')}`,
    `sms-voice:SendTextMessage ${here('sms-voice', 'sender-id/*')}`,
    `social-messaging:SendWhatsAppMessage ${here('social-messaging', 'phone-number-id/*')}`,
  ],
  'documents:read': ['textract:DetectDocumentText *', 'textract:AnalyzeDocument *', 'textract:AnalyzeExpense *'],
  'identities:invite': ['AdminCreateUser', 'AdminGetUser', 'AdminSetUserPassword'].map(
    (action) => `cognito-idp:${action} ${userPoolArn()}`,
  ),
  'secrets:read': ['signing', 'idempotency', 'sealing'].flatMap((name) => [
    `ssm:GetParameter ${here('ssm', `parameter/lazo/dev/${name}`)}`,
    `ssm:GetParameters ${here('ssm', `parameter/lazo/dev/${name}`)}`,
  ]),
};

function userPoolArn(): string {
  return `<${String(resourcesOf(deployed, 'AWS::Cognito::UserPool')[0]?.id)}.Arn>`;
}

const streamArn = `<${String(resourcesOf(deployed, 'AWS::DynamoDB::Table')[0]?.id)}.StreamArn>`;

const expectedOf = (name: string, { may, triggers }: FunctionWiring): readonly string[] => {
  const permissions = [
    `logs:CreateLogStream ${here('logs', `log-group:/aws/lambda/lazo-dev-${name}:*`)}`,
    `logs:PutLogEvents ${here('logs', `log-group:/aws/lambda/lazo-dev-${name}:*`)}`,
    'xray:PutTraceSegments *',
    'xray:PutTelemetryRecords *',
    ...may.flatMap((grant) => (isQueueGrant(grant) ? sendTo(grant) : ofGrant[grant])),
    ...triggers.flatMap((trigger) => {
      if (trigger.on === 'stream') return readsStream;
      if (!('queue' in trigger)) return [];
      return ['ReceiveMessage', 'DeleteMessage', 'GetQueueAttributes'].map(
        (action) => `sqs:${action} ${here('sqs', `lazo-dev-${trigger.queue}`)}`,
      );
    }),
  ];
  return [...new Set(permissions)].sort();
};

type QueueGrant = Extract<Grant, `queue:send:${string}`>;

const isQueueGrant = (grant: Grant): grant is QueueGrant => grant.startsWith('queue:send:');

const sendTo = (grant: QueueGrant): readonly string[] => [
  `sqs:SendMessage ${here('sqs', `lazo-dev-${grant.slice('queue:send:'.length)}`)}`,
];

const readsStream = [
  ...['DescribeStream', 'GetRecords', 'GetShardIterator'].map((action) => `dynamodb:${action} ${streamArn}`),
  'dynamodb:ListStreams *',
];

/** Every star that a policy may hold, and no other. */
const stars = [
  /^logs:\w+ arn:aws:logs:us-east-1:\d+:log-group:\/aws\/lambda\/lazo-dev-[a-z-]+:\*$/,
  /^xray:Put(TraceSegments|TelemetryRecords) \*$/,
  /^dynamodb:ListStreams \*$/,
  /^s3:(Get|Put|Delete)Object arn:aws:s3:::lazo-dev-(files|failures|inbound-mail)-\d+-us-east-1\/\*$/,
  /^scheduler:CreateSchedule arn:aws:scheduler:us-east-1:\d+:schedule\/lazo-dev\/\*$/,
  /^textract:(DetectDocumentText|AnalyzeDocument|AnalyzeExpense) \*$/,
  /^ses:SendRawEmail arn:aws:ses:us-east-1:\d+:identity\/\*$/,
  /^sms-voice:SendTextMessage arn:aws:sms-voice:us-east-1:\d+:(phone-number|sender-id)\/\*$/,
  /^social-messaging:(Send|Get)WhatsAppMessage(Media)? arn:aws:social-messaging:us-east-1:\d+:phone-number-id\/\*$/,
  /^ses:(DescribeActiveReceiptRuleSet|CreateReceiptRuleSet|SetActiveReceiptRuleSet) \*$/,
];

describe('least privilege', () => {
  it.each(Object.entries(functions))('gives %s exactly the grants of the wiring', (name, wiring) => {
    expect(permissionsOf(`lazo-dev-${name}`)).toEqual(expectedOf(name, wiring));
  });

  it('gives every function a role of its own', () => {
    const roles = resourcesOf(deployed, 'AWS::Lambda::Function').map(({ Properties }) => Properties['Role']);
    expect(new Set(roles).size).toBe(roles.length);
  });

  it('leaves no star but those that AWS needs', () => {
    const granted = resourcesOf(deployed, 'AWS::IAM::Policy').flatMap(({ Properties }) =>
      statementsOf(Properties).flatMap(pairsOf),
    );
    const unexpected = granted.filter((pair) => pair.includes('*') && !stars.some((star) => star.test(pair)));
    expect(unexpected).toEqual([]);
  });

  it('attaches no policy of AWS and none of a role itself', () => {
    for (const { Properties } of resourcesOf(deployed, 'AWS::IAM::Role')) {
      expect(Properties['ManagedPolicyArns']).toBeUndefined();
      expect(Properties['Policies']).toBeUndefined();
    }
  });

  it('passes the role of the scheduler to the scheduler only', () => {
    const passing = resourcesOf(deployed, 'AWS::IAM::Policy')
      .flatMap(({ Properties }) => statementsOf(Properties))
      .filter(({ Action }) => [Action].flat().includes('iam:PassRole'));
    expect(passing.length).toBeGreaterThan(0);
    for (const { Condition } of passing) {
      expect(Condition).toEqual({ StringEquals: { 'iam:PassedToService': 'scheduler.amazonaws.com' } });
    }
  });

  it('lets the scheduler call run-due and nothing else, for schedules of this stage only', () => {
    const role = resourceWith(deployed, 'AWS::IAM::Role', 'RoleName', 'lazo-dev-us-east-1-schedules-run-due');
    const policy = resourcesOf(deployed, 'AWS::IAM::Policy').find(({ Properties }) =>
      (Properties['Roles'] as string[]).includes('lazo-dev-us-east-1-schedules-run-due'),
    );
    expect(statementsOf(policy?.Properties ?? {}).flatMap(pairsOf)).toEqual([
      `lambda:InvokeFunction ${here('lambda', 'function:lazo-dev-run-due')}`,
    ]);
    expect(JSON.stringify(role.Properties['AssumeRolePolicyDocument'])).toContain(
      here('scheduler', 'schedule-group/lazo-dev'),
    );
  });
});
