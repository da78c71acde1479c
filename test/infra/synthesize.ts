// The templates of a stage as CloudFormation would get them, without bundling code, for an account that is nobody's.
import { readFileSync } from 'node:fs';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { readSettings, type Settings, type StageName } from '#infra/aws/settings';
import { declareStacks } from '#infra/aws/stacks';
import { resolveReferences, type RawTemplate, type Resource } from './references.ts';

/** Everything that a stage deploys. */
export type Deployed = { readonly settings: Settings; readonly resources: readonly Resource[] };

/** The account in every ARN of the templates. */
export const account = '111122223333';

type Context = Readonly<Record<string, string>>;

const cdkJson = JSON.parse(readFileSync(new URL('../../cdk.json', import.meta.url), 'utf8')) as {
  readonly context: Readonly<Record<string, unknown>>;
};

const newApp = (stage: StageName, context: Context): App =>
  new App({
    // CDK's own rules run in `npm run synth`; here they would take three quarters of the time.
    builtinCloudFormationValidation: false,
    treeMetadata: false,
    analyticsReporting: false,
    context: { ...cdkJson.context, stage, region: 'us-east-1', ...context, 'aws:cdk:bundling-stacks': [] },
  });

/** An app of a stage, not yet synthesized. */
export const declareStage = (
  stage: StageName,
  context: Context = {},
): { readonly app: App; readonly settings: Settings } => {
  const app = newApp(stage, context);
  const settings = { ...readSettings(app), account };
  declareStacks(app, settings);
  return { app, settings };
};

/** Synthesizes a stage. */
export const deploy = (stage: StageName, context: Context = {}): Deployed => {
  const { app, settings } = declareStage(stage, context);
  const templates = app.node.children.filter((child) => Stack.isStack(child)).map(templateOf);
  return { settings, resources: resolveReferences(templates) };
};

/** Synthesizes what `declare` puts into an empty stack of dev. */
export const deployOnly = (declare: (stack: Stack, settings: Settings) => void): Deployed => {
  const app = newApp('dev', {});
  const settings = { ...readSettings(app), account };
  const stack = new Stack(app, 'only', { env: { account, region: settings.region } });
  declare(stack, settings);
  return { settings, resources: resolveReferences([templateOf(stack)]) };
};

const templateOf = (stack: Stack): RawTemplate => ({
  stackName: stack.stackName,
  template: Template.fromStack(stack).toJSON(),
});

/** Every resource of a type. */
export const resourcesOf = ({ resources }: Deployed, type: string): readonly Resource[] =>
  resources.filter(({ Type }) => Type === type);

/** The one resource of a type whose property has this value. @throws Error when there is none, or more than one */
export const resourceWith = (deployed: Deployed, type: string, property: string, value: unknown): Resource => {
  const found = resourcesOf(deployed, type).filter(({ Properties }) => Properties[property] === value);
  const [only] = found;
  if (found.length !== 1 || only === undefined) {
    throw new Error(`${String(found.length)} resources ${type} have ${property} ${String(value)}`);
  }
  return only;
};

/** The one resource of a type. @throws Error when there is none, or more than one */
export const onlyOne = (deployed: Deployed, type: string): Resource => {
  const [only, ...others] = resourcesOf(deployed, type);
  if (!only || others.length > 0) throw new Error(`There is not exactly one ${type}`);
  return only;
};
