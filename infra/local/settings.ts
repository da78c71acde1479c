// What a person can set: ports, data folder, and real services in place of local parts (docs/local-cloud.md).
import { resolve } from 'node:path';
import { account } from './names.ts';

/** Parts that listen. */
export type Part = 'api' | 'services' | 'mailbox' | 'sign-in' | 'smtp';

/** Services that an own endpoint may replace, by the SDK's name for them. */
export type Service = (typeof services)[number];

const services = [
  ...(['DYNAMODB', 'DYNAMODB_STREAMS', 'S3', 'SES', 'TEXTRACT'] as const),
  ...(['SQS', 'EVENTS', 'SCHEDULER'] as const),
  ...(['PINPOINT_SMS_VOICE_V2', 'SOCIALMESSAGING'] as const),
] as const;

/** Settings of one start. Port 0 takes a free one, the same again at the next start where it can. */
export type Settings = {
  readonly dataDir: string;
  readonly ports: Readonly<Record<Part, number>>;
  readonly endpoints: Readonly<Partial<Record<Service, string>>>;
  /** The AWS account whose queues, function and role own endpoints are asked for. */
  readonly account: string;
  /** Further issuers of tokens, in the form of OIDC_ISSUERS. */
  readonly issuers: readonly unknown[];
  /** What is called in place of services outside, by origin; one that stands for itself is the real one. */
  readonly standIns: Readonly<Record<string, string>>;
  /** Base URL under which others reach the HTTP API, when it is not this machine's. */
  readonly publicUrl: string | undefined;
  /** Names by which pages may be asked for. */
  readonly hosts: readonly string[];
};

const variables: Readonly<Record<Part, { readonly name: string; readonly distance: number }>> = {
  api: { name: 'LAZO_PORT', distance: 0 },
  services: { name: 'LAZO_SERVICES_PORT', distance: 1 },
  mailbox: { name: 'LAZO_MAILBOX_PORT', distance: 2 },
  'sign-in': { name: 'LAZO_SIGN_IN_PORT', distance: 3 },
  smtp: { name: 'LAZO_SMTP_PORT', distance: 25 },
};

const defaultPort = 4000;
const localHosts = ['127.0.0.1', 'localhost'];

/** Reads the settings. @throws Error that names the variable which is wrong */
export function readSettings(environment: NodeJS.ProcessEnv): Settings {
  const first = portIn(environment, 'LAZO_PORT') ?? defaultPort;
  const ports = Object.entries(variables).map(([part, { name, distance }]) => [
    part,
    portIn(environment, name) ?? (first === 0 ? 0 : first + distance),
  ]);
  const endpoints = services.flatMap((service) => {
    const url = environment[`LAZO_ENDPOINT_${service}`];
    return url ? [[service, checkedUrl(`LAZO_ENDPOINT_${service}`, url)]] : [];
  });
  return {
    dataDir: resolve(environment['LAZO_DATA'] ?? '.lazo'),
    ports: Object.fromEntries(ports) as Settings['ports'],
    endpoints: Object.fromEntries(endpoints) as Settings['endpoints'],
    account: environment['LAZO_ACCOUNT'] ?? account,
    issuers: listIn(environment, 'LAZO_OIDC_ISSUERS'),
    standIns: urlsIn(environment, 'LAZO_STAND_INS'),
    publicUrl: environment['LAZO_PUBLIC_URL'],
    hosts: [...localHosts, ...(environment['LAZO_HOSTS'] ?? '').split(',').filter((host) => host !== '')],
  };
}

const portIn = (environment: NodeJS.ProcessEnv, name: string): number | undefined => {
  const text = environment[name];
  if (text === undefined || text === '') return undefined;
  const port = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!(port <= 65_535)) throw new Error(`${name} is a port from 0 (a free one) to 65535, not ${text}.`);
  return port;
};

const listIn = (environment: NodeJS.ProcessEnv, name: string): readonly unknown[] => {
  try {
    const value: unknown = JSON.parse(environment[name] ?? '[]');
    if (Array.isArray(value)) return value;
  } catch {
    // Answered below, like any other text that is no list.
  }
  throw new Error(`${name} is a JSON list.`);
};

const urlsIn = (environment: NodeJS.ProcessEnv, name: string): Readonly<Record<string, string>> => {
  const [urls] = listIn({ [name]: `[${environment[name] ?? '{}'}]` }, name);
  for (const [origin, url] of Object.entries(urls as Readonly<Record<string, string>>)) {
    checkedUrl(name, origin);
    checkedUrl(name, url);
  }
  return urls as Readonly<Record<string, string>>;
};

const checkedUrl = (name: string, url: string): string => {
  if (!URL.canParse(url)) throw new Error(`${name} is a URL such as http://127.0.0.1:8000, not ${url}.`);
  return url;
};
