// The environment of a function: the only place that reads it. The names are those of infra/wiring.ts (a test compares).

/** Every variable that infra/aws and infra/local set. */
export const environmentNames = [
  'TABLE_NAME',
  'BUS_NAME',
  'FILES_BUCKET',
  'FAILURES_BUCKET',
  'QUEUE_URL_PREFIX',
  'SCHEDULER_GROUP',
  'SCHEDULER_ROLE_ARN',
  'RUN_DUE_ARN',
  'MAIL_DOMAIN',
  'MAIL_CONFIGURATION_SET',
  'SECRETS',
  'OIDC_ISSUERS',
  'IDENTITIES',
  'PUBLIC_URL',
  'REALTIME',
  'WEB_STAND_INS',
  'INTROSPECTION',
  'STAGE',
] as const;

/** Name of a variable. */
export type EnvironmentName = (typeof environmentNames)[number];

/** Who may sign tokens. `cognito` tokens say `token_use` and `client_id`, others `aud`. */
export type OidcIssuer = {
  readonly issuer: string;
  readonly audience: string;
  readonly clientId?: string;
  readonly jwksUri?: string;
  readonly kind: 'cognito' | 'oidc';
};

/** What the environment says. Each member is read when it is asked for, and missing ones are named then. */
export type Environment = {
  readonly tableName: string;
  readonly busName: string;
  readonly filesBucket: string;
  readonly failuresBucket: string;
  readonly schedulerGroup: string;
  readonly schedulerRoleArn: string;
  readonly runDueArn: string;
  readonly mailDomain: string;
  readonly mailConfigurationSet: string;
  /** JSON of the secrets themselves, or `ssm:<prefix of parameter names>`. */
  readonly secrets: string;
  readonly issuers: readonly OidcIssuer[];
  /** `cognito:<user pool id>`, or the URL of a local issuer. */
  readonly identities: string;
  /** Base URL of the HTTP API, without a slash at its end. */
  readonly publicUrl: string;
  /** What stands in for services outside, by origin: the base URL that is called instead. Empty but on the local cloud. */
  readonly webStandIns: Readonly<Record<string, string>>;
  /** Where notices are published (HTTPS), and where clients listen. */
  readonly realtime: { readonly publish: string; readonly listen: string };
  /** Whether the API tells its schema to anyone. */
  readonly introspection: boolean;
  readonly stage: string;
  /** URL of a queue by its name in infra/wiring.ts. */
  queueUrl(queue: string): string;
};

/** The environment of this process, or of `variables`. @throws Error that names a variable which is not set */
export function readEnvironment(variables: NodeJS.ProcessEnv = process.env): Environment {
  const read = (name: EnvironmentName): string => {
    const value = variables[name];
    if (!value) throw new Error(`The environment variable ${name} is not set (infra/wiring.ts says what it is).`);
    return value;
  };
  return lazily({
    tableName: () => read('TABLE_NAME'),
    busName: () => read('BUS_NAME'),
    filesBucket: () => read('FILES_BUCKET'),
    failuresBucket: () => read('FAILURES_BUCKET'),
    schedulerGroup: () => read('SCHEDULER_GROUP'),
    schedulerRoleArn: () => read('SCHEDULER_ROLE_ARN'),
    runDueArn: () => read('RUN_DUE_ARN'),
    mailDomain: () => read('MAIL_DOMAIN'),
    mailConfigurationSet: () => read('MAIL_CONFIGURATION_SET'),
    secrets: () => read('SECRETS'),
    issuers: () => JSON.parse(read('OIDC_ISSUERS')) as readonly OidcIssuer[],
    identities: () => read('IDENTITIES'),
    publicUrl: () => read('PUBLIC_URL').replace(/\/+$/, ''),
    webStandIns: () => JSON.parse(read('WEB_STAND_INS')) as Readonly<Record<string, string>>,
    realtime: () => JSON.parse(read('REALTIME')) as { publish: string; listen: string },
    introspection: () => read('INTROSPECTION') === 'on',
    stage: () => read('STAGE'),
    queueUrl: () => (queue: string) => `${read('QUEUE_URL_PREFIX')}${read('STAGE')}-${queue}`,
  });
}

type Readers<Values> = { readonly [Name in keyof Values]: () => Values[Name] };

/** An object whose members are computed when they are first asked for. */
const lazily = <Values extends object>(readers: Readers<Values>): Values => {
  const values = {} as Values;
  for (const name of Object.keys(readers) as (keyof Values)[]) {
    const get = (): Values[typeof name] => {
      const value = readers[name]();
      Object.defineProperty(values, name, { value });
      return value;
    };
    Object.defineProperty(values, name, { get, enumerable: true, configurable: true });
  }
  return values;
};
