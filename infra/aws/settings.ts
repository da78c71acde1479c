// What may differ between deployments, read once from the CDK context (`-c name=value`), and what each stage decides.
import type { App } from 'aws-cdk-lib';

/** Stages that infra/aws deploys. */
export type StageName = 'dev' | 'prod';

/** What a stage decides. */
type StagePolicy = {
  /** Data outlives its stack, and the table refuses to be deleted. */
  readonly keepsData: boolean;
  readonly logDays: 7 | 90;
  /** How far back the table can be restored to any second. */
  readonly restoreDays: 7 | 35;
  readonly requestsPerSecond: number;
  readonly burst: number;
  /** A second factor at sign-in: needed, or offered to who wants it. */
  readonly mfa: 'required' | 'optional';
  /** Whether the API tells its schema to anyone who asks; who has a key may always download it. */
  readonly introspection: 'on' | 'off';
};

/** A partner with an AWS account of its own that hears events of tenants on its bus. */
export type Partner = {
  /** Letters, digits and dashes; a part of names. */
  readonly name: string;
  /** ARN of its event bus, whose policy lets this account put events. */
  readonly bus: string;
  /** Ids of the tenants that it serves; no other's events leave. */
  readonly tenants: readonly string[];
  /** Types of events: `quote.accepted`, `quote.*`; all when absent. */
  readonly types?: readonly string[];
};

/** One deployment: a stage in a region with its domain. */
export type Settings = StagePolicy & {
  readonly stage: StageName;
  readonly region: string;
  readonly account: string | undefined;
  /** Domain that sends and receives mail. */
  readonly mailDomain: string;
  readonly receivesMail: boolean;
  /** The region's one active SES receipt rule set; stages and other products share it, split by domain. */
  readonly receiptRuleSet: string;
  /** Address that hears of alarms. */
  readonly alarmEmail: string | undefined;
  readonly partners: readonly Partner[];
};

const policies: Readonly<Record<StageName, StagePolicy>> = {
  dev: {
    keepsData: false,
    logDays: 7,
    restoreDays: 7,
    requestsPerSecond: 50,
    burst: 100,
    mfa: 'optional',
    introspection: 'on',
  },
  prod: {
    keepsData: true,
    logDays: 90,
    restoreDays: 35,
    requestsPerSecond: 500,
    burst: 1000,
    mfa: 'required',
    introspection: 'off',
  },
};

/** SES receives mail in some regions only: those of the AWS General Reference that have an `inbound-smtp` endpoint. */
export const inboundMailRegions: readonly string[] = [
  ...['us-east-1', 'us-east-2', 'us-west-2', 'ca-central-1', 'sa-east-1'],
  ...['eu-central-1', 'eu-west-1', 'eu-west-2'],
  ...['ap-northeast-1', 'ap-south-1', 'ap-southeast-1', 'ap-southeast-2', 'ap-southeast-3'],
];

/** Reads the settings of the deployment. @throws Error on a stage or a region that cannot work */
export const readSettings = (app: App): Settings => {
  const context = (name: string) => app.node.tryGetContext(name) as string | undefined;
  const stage = stageNamed(context('stage') ?? 'dev');
  const region = context('region') ?? process.env['CDK_DEFAULT_REGION'] ?? 'us-east-1';
  const receivesMail = context('inboundMail') !== 'off';
  if (receivesMail) assertReceivesMail(region);
  return {
    ...policies[stage],
    stage,
    region,
    account: process.env['CDK_DEFAULT_ACCOUNT'],
    mailDomain: context('mailDomain') ?? `${stage}.lazo.example`,
    receivesMail,
    receiptRuleSet: context('receiptRuleSet') ?? 'lazo',
    alarmEmail: context('alarmEmail'),
    partners: partnersIn(context('partners') ?? '[]'),
  };
};

/** Partners as JSON. @throws Error for a name or a bus that cannot be */
const partnersIn = (text: string): readonly Partner[] => {
  const partners = JSON.parse(text) as readonly Partner[];
  for (const { name, bus } of partners) {
    const isBus = /^arn:aws[a-z-]*:events:[a-z0-9-]+:\d{12}:event-bus\/[\w./-]+$/.test(bus);
    if (!/^[a-z0-9-]{1,24}$/.test(name) || !isBus)
      throw new Error(`A partner has a name of letters, digits and dashes and the ARN of a bus, not ${name}, ${bus}.`);
  }
  return partners;
};

const stageNamed = (name: string): StageName => {
  if (name === 'dev' || name === 'prod') return name;
  throw new Error(`There is no stage "${name}"; choose one of ${Object.keys(policies).join(', ')}: -c stage=dev`);
};

const assertReceivesMail = (region: string): void => {
  if (inboundMailRegions.includes(region)) return;
  throw new Error(
    `SES receives no mail in ${region}. Deploy to one of ${inboundMailRegions.join(', ')} (-c region=...), ` +
      'or without inbound mail (-c inboundMail=off).',
  );
};
