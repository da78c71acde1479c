// A function of infra/wiring.ts as it runs in AWS: its grants as a role, and every name of the wiring's environment set.
import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { tableDefinition } from '#infra/table-definition';
import { functions, type EnvironmentName, type FunctionName, type FunctionWiring, type Trigger } from '#infra/wiring';
import { permissionsOf } from './grants.ts';
import { LazoFunction } from './lazo-function.ts';
import { namesFor, type Names } from './names.ts';
import type { RealtimePlaces } from './realtime-stack.ts';
import type { Settings } from './settings.ts';

/** Where people sign in. */
export type SignIn = { readonly userPoolId: string; readonly userPoolArn: string; readonly clientId: string };

/** What every function of a stage knows of its deployment. */
export type Deployment = {
  readonly settings: Settings;
  readonly signIn: SignIn;
  readonly publicUrl: string;
  readonly realtime: RealtimePlaces;
};

/** Every function of the wiring, by name. */
export const functionNames = Object.keys(functions) as readonly FunctionName[];

/** The wiring of one function. */
export const wiringOf = (name: FunctionName): FunctionWiring => functions[name];

/** Functions that a trigger of this kind calls. */
export const functionsOn = (kind: Trigger['on']): readonly FunctionName[] =>
  functionNames.filter((name) => wiringOf(name).triggers.some(({ on }) => on === kind));

/** Makes a function of the wiring, without its triggers. */
export const wireFunction = (scope: Construct, name: FunctionName, deployment: Deployment): LazoFunction => {
  const { settings, signIn, realtime } = deployment;
  const wiring = wiringOf(name);
  const names = namesFor(scope, settings.stage);
  const places = {
    names,
    indexes: Object.keys(tableDefinition.indexes),
    userPoolArn: signIn.userPoolArn,
    channelsArn: realtime.namespaceArn,
  };
  return new LazoFunction(scope, {
    settings,
    name,
    entry: wiring.entry,
    memory: wiring.memory,
    timeoutSeconds: wiring.timeoutSeconds,
    permissions: wiring.may.flatMap((grant) => permissionsOf(grant, places)),
    environment: environmentOf(scope, names, deployment),
    feedsItself: feedsItself(wiring),
  });
};

/** A job goes on by sending itself the next chunk. */
const feedsItself = ({ triggers, may }: FunctionWiring): boolean =>
  triggers.some((trigger) => 'queue' in trigger && may.includes(`queue:send:${trigger.queue}`));

const environmentOf = (
  scope: Construct,
  names: Names,
  { settings, signIn, publicUrl, realtime: { publish, listen } }: Deployment,
): Record<EnvironmentName, string> => ({
  TABLE_NAME: names.table,
  BUS_NAME: names.bus,
  FILES_BUCKET: names.bucket('files'),
  FAILURES_BUCKET: names.bucket('failures'),
  QUEUE_URL_PREFIX: names.queueUrlPrefix,
  SCHEDULER_GROUP: names.scheduleGroup,
  SCHEDULER_ROLE_ARN: names.schedulerRoleArn('run-due'),
  RUN_DUE_ARN: names.functionArn('run-due'),
  MAIL_DOMAIN: settings.mailDomain,
  MAIL_CONFIGURATION_SET: names.configurationSet,
  SECRETS: `ssm:${names.secretPrefix}`,
  OIDC_ISSUERS: Stack.of(scope).toJsonString([cognitoIssuer(scope, signIn)]),
  IDENTITIES: `cognito:${signIn.userPoolId}`,
  PUBLIC_URL: publicUrl,
  REALTIME: Stack.of(scope).toJsonString({ publish, listen }),
  WEB_STAND_INS: '{}',
  INTROSPECTION: settings.introspection,
  STAGE: settings.stage,
});

const cognitoIssuer = (scope: Construct, { userPoolId, clientId }: SignIn) => {
  const { region, urlSuffix } = Stack.of(scope);
  const issuer = `https://cognito-idp.${region}.${urlSuffix}/${userPoolId}`;
  return { issuer, audience: clientId, clientId, kind: 'cognito' };
};
