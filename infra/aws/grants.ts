// Each grant of infra/wiring.ts as the least that IAM lets us say. An ARN with a star carries the reason for the star.
import type { Grant, QueueName } from '#infra/wiring';
import type { Names } from './names.ts';

/** One IAM statement that allows. */
export type Permission = {
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly conditions?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Why a resource ends in a star; demanded by the test of least privilege. */
  readonly starBecause?: string;
};

/** What grants need to know beside names: ids that AWS invents. */
export type GrantPlaces = {
  readonly names: Names;
  readonly indexes: readonly string[];
  readonly userPoolArn: string;
  readonly channelsArn: string;
};

/** The statements of one grant. */
export const permissionsOf = (grant: Grant, places: GrantPlaces): readonly Permission[] => {
  if (isQueueGrant(grant)) return [sendTo(grant, places)];
  return statements[grant](places);
};

type QueueGrant = Extract<Grant, `queue:send:${string}`>;

const isQueueGrant = (grant: Grant): grant is QueueGrant => grant.startsWith('queue:send:');

const sendTo = (grant: QueueGrant, { names }: GrantPlaces): Permission => ({
  actions: ['sqs:SendMessage'],
  resources: [names.queueArn(grant.slice('queue:send:'.length) as QueueName)],
});

const linkedLater = 'Tenants send from numbers and sender ids that are linked after the deploy.';

const objectsOf = 'Keys of objects are made at run time; the bucket is named.';

const statements: Readonly<Record<Exclude<Grant, QueueGrant>, (places: GrantPlaces) => readonly Permission[]>> = {
  'table:read': ({ names, indexes }) => [
    {
      actions: ['dynamodb:GetItem', 'dynamodb:BatchGetItem', 'dynamodb:Query'],
      resources: [names.tableArn],
    },
    { actions: ['dynamodb:Query'], resources: indexes.map((index) => `${names.tableArn}/index/${index}`) },
  ],
  'table:write': ({ names }) => [
    {
      actions: ['PutItem', 'UpdateItem', 'DeleteItem', 'BatchWriteItem', 'ConditionCheckItem'].map(
        (action) => `dynamodb:${action}`,
      ),
      resources: [names.tableArn],
    },
  ],
  'bus:publish': ({ names }) => [{ actions: ['events:PutEvents'], resources: [names.busArn] }],
  'realtime:publish': ({ channelsArn }) => [{ actions: ['appsync:EventPublish'], resources: [channelsArn] }],
  'scheduler:create': ({ names }) => [
    {
      actions: ['scheduler:CreateSchedule'],
      resources: [names.schedulesArn],
      starBecause: 'A one-shot is named after its minute, at run time; the group is named.',
    },
    {
      actions: ['iam:PassRole'],
      resources: [names.schedulerRoleArn('run-due')],
      conditions: { StringEquals: { 'iam:PassedToService': 'scheduler.amazonaws.com' } },
    },
  ],
  'files:read': ({ names }) => [
    { actions: ['s3:GetObject'], resources: [`${names.bucketArn('files')}/*`], starBecause: objectsOf },
    // Listing also turns the answer for an absent key from 403 into 404.
    { actions: ['s3:ListBucket'], resources: [names.bucketArn('files')] },
  ],
  'inbound:read': ({ names }) => [
    { actions: ['s3:GetObject'], resources: [`${names.bucketArn('inbound-mail')}/*`], starBecause: objectsOf },
    { actions: ['s3:ListBucket'], resources: [names.bucketArn('inbound-mail')] },
  ],
  'files:write': ({ names }) => [
    {
      actions: ['s3:PutObject', 's3:DeleteObject'],
      resources: [`${names.bucketArn('files')}/*`],
      starBecause: objectsOf,
    },
  ],
  'failures:write': ({ names }) => [
    { actions: ['s3:PutObject'], resources: [`${names.bucketArn('failures')}/*`], starBecause: objectsOf },
    { actions: ['s3:ListBucket'], resources: [names.bucketArn('failures')] },
  ],
  'failures:redrive': ({ names }) => [
    {
      actions: ['s3:GetObject', 's3:DeleteObject'],
      resources: [`${names.bucketArn('failures')}/*`],
      starBecause: objectsOf,
    },
    { actions: ['s3:ListBucket'], resources: [names.bucketArn('failures')] },
  ],
  'mail:send': ({ names }) => [
    { actions: ['ses:SendRawEmail'], resources: names.configurationSetArns },
    {
      actions: ['ses:SendRawEmail'],
      resources: [names.identitiesArn],
      starBecause: 'Tenants send from domains of their own, verified after the deploy.',
    },
  ],
  'messages:send': ({ names }) => [
    { actions: ['sms-voice:SendTextMessage'], resources: names.textSendersArns, starBecause: linkedLater },
    {
      actions: ['social-messaging:SendWhatsAppMessage'],
      resources: [names.whatsAppNumbersArn],
      starBecause: linkedLater,
    },
  ],
  'messages:fetch': ({ names }) => [
    {
      actions: ['social-messaging:GetWhatsAppMessageMedia'],
      resources: [names.whatsAppNumbersArn],
      starBecause: linkedLater,
    },
  ],
  'documents:read': () => [
    {
      actions: ['textract:DetectDocumentText', 'textract:AnalyzeDocument', 'textract:AnalyzeExpense'],
      resources: ['*'],
      starBecause: 'Textract has no resources to name; the pictures that it opens are granted by files:read.',
    },
  ],
  'identities:invite': ({ userPoolArn }) => [
    {
      actions: ['cognito-idp:AdminCreateUser', 'cognito-idp:AdminGetUser', 'cognito-idp:AdminSetUserPassword'],
      resources: [userPoolArn],
    },
  ],
  'secrets:read': ({ names }) => [{ actions: ['ssm:GetParameter', 'ssm:GetParameters'], resources: names.secretArns }],
};
