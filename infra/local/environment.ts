// The environment of the handlers: the names of infra/wiring.ts, and where the SDK finds each service.
import type { EnvironmentName } from '../wiring.ts';
import { functionArn, account, mailDomain, region, resourcePrefix, stage } from './names.ts';
import type { Settings } from './settings.ts';
import type { KeyPair } from './signature.ts';
import { audience, clientId } from './sign-in/tokens.ts';

/** Where the parts of this start listen. */
export type Places = {
  readonly dynamodb: string;
  readonly services: string;
  readonly api: string;
  readonly signIn: string;
  /** Name of the issuer in tokens; it stays when ports change. */
  readonly issuer: string;
};

/** Paths of the services behind the one services port. */
export const paths = {
  sqs: '/sqs',
  s3: '/s3',
  events: '/events',
  scheduler: '/scheduler',
  ses: '/ses',
  textract: '/textract',
  sri: '/sri',
  messages: '/messages',
  realtime: '/realtime',
  pbx: '/pbx',
  admin: '/admin',
} as const;

/** Names of the buckets and the table. */
export const resources = {
  table: resourcePrefix,
  bus: `${resourcePrefix}-crm`,
  files: `${resourcePrefix}-files`,
  failures: `${resourcePrefix}-failures`,
} as const;

/** Where queue URLs begin. */
export const queueUrls = (services: string): string => `${services}${paths.sqs}/${account}`;

/** The same, of the queues that are in use. */
export const queueUrlsOf = ({ endpoints, account: owner }: Settings, services: string): string =>
  endpoints.SQS ? `${endpoints.SQS.replace(/\/+$/, '')}/${owner}` : queueUrls(services);

const localKeys: KeyPair = { accessKeyId: 'local', secretAccessKey: 'local' };

/** Keys that sign requests: a person's own ones only where a real service is in use. */
export const keysFor = ({ endpoints }: Settings, own: NodeJS.ProcessEnv): KeyPair => {
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = own;
  const isAllLocal = Object.keys(endpoints).length === 0;
  return isAllLocal || !accessKeyId || !secretAccessKey ? localKeys : { accessKeyId, secretAccessKey };
};

/** Every variable of the handlers. */
export function environmentOf(
  settings: Settings,
  places: Places,
  secrets: string,
  own: NodeJS.ProcessEnv,
): Readonly<Record<string, string>> {
  const keys = keysFor(settings, own);
  return {
    ...wiredVariables(settings, places, secrets),
    ...serviceEndpoints(settings, places),
    AWS_REGION: own['AWS_REGION'] ?? region,
    AWS_ACCESS_KEY_ID: keys.accessKeyId,
    AWS_SECRET_ACCESS_KEY: keys.secretAccessKey,
    // A person's profile and session must not come between; empty counts as unset.
    ...(keys === localKeys && { AWS_SESSION_TOKEN: '', AWS_PROFILE: '' }),
    AWS_EC2_METADATA_DISABLED: 'true',
    POWERTOOLS_LOG_LEVEL: own['POWERTOOLS_LOG_LEVEL'] ?? 'WARN',
    POWERTOOLS_METRICS_DISABLED: 'true',
  };
}

const wiredVariables = (
  settings: Settings,
  places: Places,
  secrets: string,
): Readonly<Record<EnvironmentName, string>> => ({
  TABLE_NAME: resources.table,
  BUS_NAME: resources.bus,
  FILES_BUCKET: resources.files,
  FAILURES_BUCKET: resources.failures,
  QUEUE_URL_PREFIX: `${queueUrlsOf(settings, places.services)}/${resourcePrefix.slice(0, -stage.length)}`,
  SCHEDULER_GROUP: resourcePrefix,
  SCHEDULER_ROLE_ARN: `arn:aws:iam::${settings.account}:role/${resourcePrefix}-scheduler`,
  RUN_DUE_ARN: functionArn('run-due').replace(account, settings.account),
  MAIL_DOMAIN: mailDomain,
  MAIL_CONFIGURATION_SET: resourcePrefix,
  SECRETS: secrets,
  OIDC_ISSUERS: JSON.stringify([ownIssuer(places), ...settings.issuers]),
  IDENTITIES: places.signIn,
  PUBLIC_URL: settings.publicUrl ?? places.api,
  WEB_STAND_INS: JSON.stringify({
    ...sriDouble(places),
    ...messengerDoors(places),
    ...exchange(places),
    ...settings.standIns,
  }),
  REALTIME: JSON.stringify(realtimeDoors(places)),
  INTROSPECTION: 'on',
  STAGE: stage,
});

/** Paths as those of AppSync Events; clients listen to server-sent events here. */
const realtimeDoors = ({ services }: Places) => ({
  publish: `${services}${paths.realtime}/event`,
  listen: `${services}${paths.realtime}/listen`,
});

/** The tax authority of Ecuador, where tests are sent and where it counts. */
const sriDouble = ({ services }: Places) => ({
  'https://celcer.sri.gob.ec': `${services}${paths.sri}`,
  'https://cel.sri.gob.ec': `${services}${paths.sri}`,
});

/** A telephone exchange. */
const exchange = ({ services }: Places) => ({ 'https://pbx.lazo.example': `${services}${paths.pbx}` });

/** Meta, Telegram, and a program that takes messages of any other kind. */
const messengerDoors = ({ services }: Places) => ({
  'https://graph.facebook.com': `${services}${paths.messages}/graph`,
  'https://api.telegram.org': `${services}${paths.messages}/telegram`,
  'https://messages.lazo.example': `${services}${paths.messages}/own`,
});

const ownIssuer = ({ issuer, signIn }: Places) => ({
  issuer,
  audience,
  clientId,
  jwksUri: `${signIn}/.well-known/jwks.json`,
  kind: 'oidc',
});

const serviceEndpoints = (
  { endpoints }: Settings,
  { services, dynamodb }: Places,
): Readonly<Record<string, string>> => ({
  AWS_ENDPOINT_URL_DYNAMODB: dynamodb,
  AWS_ENDPOINT_URL_SQS: endpoints.SQS ?? `${services}${paths.sqs}`,
  AWS_ENDPOINT_URL_EVENTBRIDGE: endpoints.EVENTS ?? `${services}${paths.events}`,
  AWS_ENDPOINT_URL_SCHEDULER: endpoints.SCHEDULER ?? `${services}${paths.scheduler}`,
  AWS_ENDPOINT_URL_S3: endpoints.S3 ?? `${services}${paths.s3}`,
  AWS_ENDPOINT_URL_SES: endpoints.SES ?? `${services}${paths.ses}`,
  AWS_ENDPOINT_URL_TEXTRACT: endpoints.TEXTRACT ?? `${services}${paths.textract}`,
  AWS_ENDPOINT_URL_PINPOINT_SMS_VOICE_V2: endpoints.PINPOINT_SMS_VOICE_V2 ?? `${services}${paths.messages}/sms`,
  AWS_ENDPOINT_URL_SOCIALMESSAGING: endpoints.SOCIALMESSAGING ?? `${services}${paths.messages}/social`,
});
