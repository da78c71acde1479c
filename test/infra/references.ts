// Replaces the references of CloudFormation by what they will be, so that tests compare plain text.

/** A template as CDK writes it. */
export type RawTemplate = {
  readonly stackName: string;
  readonly template: {
    readonly Resources?: Readonly<Record<string, RawResource>>;
    readonly Outputs?: Readonly<Record<string, { readonly Value: unknown }>>;
  };
};

type Properties = Readonly<Record<string, unknown>>;

type RawResource = {
  readonly Type: string;
  readonly Properties?: Properties;
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
};

/** A resource without references; `id` is `<stack>/<logical id>`. */
export type Resource = RawResource & { readonly id: string; readonly Properties: Properties };

/** The resources of all stacks of a stage. */
export const resolveReferences = (templates: readonly RawTemplate[]): readonly Resource[] =>
  templates.flatMap((raw) =>
    Object.entries(raw.template.Resources ?? {}).map(([id, resource]) => ({
      ...resource,
      id: `${raw.stackName}/${id}`,
      Properties: resolve(resource.Properties ?? {}, raw, templates) as Properties,
    })),
  );

type Intrinsics = {
  readonly Ref?: string;
  readonly 'Fn::GetAtt'?: readonly [string, string];
  readonly 'Fn::Join'?: readonly [string, readonly unknown[]];
  readonly 'Fn::GetStackOutput'?: { readonly StackName: string; readonly OutputName: string };
};

const resolve = (value: unknown, here: RawTemplate, templates: readonly RawTemplate[]): unknown => {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => resolve(item, here, templates));
  return resolveIntrinsic(value, here, templates) ?? mapValues(value, (item) => resolve(item, here, templates));
};

const resolveIntrinsic = (
  value: Intrinsics,
  here: RawTemplate,
  templates: readonly RawTemplate[],
): string | undefined => {
  if (value.Ref !== undefined) return nameOf(value.Ref, here);
  if (value['Fn::GetAtt']) return attributeOf(value['Fn::GetAtt'], here);
  if (value['Fn::Join']) {
    const [separator, parts] = value['Fn::Join'];
    return parts.map((part) => resolve(part, here, templates)).join(separator);
  }
  if (value['Fn::GetStackOutput']) return outputOf(value['Fn::GetStackOutput'], templates);
  return undefined;
};

const outputOf = (
  { StackName, OutputName }: { readonly StackName: string; readonly OutputName: string },
  templates: readonly RawTemplate[],
): string => {
  const there = templates.find(({ stackName }) => stackName === StackName);
  const output = there?.template.Outputs?.[OutputName];
  if (!there || !output) throw new Error(`${StackName} has no output ${OutputName}`);
  return String(resolve(output.Value, there, templates));
};

/** The property that names a resource of a type, and how its ARN begins. */
const naming: Readonly<Record<string, { readonly name: string; readonly arn?: string }>> = {
  'AWS::DynamoDB::Table': { name: 'TableName' },
  'AWS::Events::EventBus': { name: 'Name' },
  'AWS::Events::Rule': { name: 'Name' },
  'AWS::IAM::Role': { name: 'RoleName' },
  'AWS::Lambda::Function': { name: 'FunctionName', arn: 'arn:aws:lambda:us-east-1:111122223333:function:' },
  'AWS::Logs::LogGroup': { name: 'LogGroupName' },
  'AWS::S3::Bucket': { name: 'BucketName', arn: 'arn:aws:s3:::' },
  'AWS::SES::ConfigurationSet': { name: 'Name' },
  'AWS::SNS::Topic': { name: 'TopicName' },
  'AWS::SQS::Queue': { name: 'QueueName', arn: 'arn:aws:sqs:us-east-1:111122223333:' },
  'AWS::Scheduler::ScheduleGroup': { name: 'Name' },
};

const pseudo: Readonly<Record<string, string>> = { 'AWS::URLSuffix': 'amazonaws.com', 'AWS::Partition': 'aws' };

const nameOf = (id: string, here: RawTemplate): string => {
  const resource = here.template.Resources?.[id];
  const name = resource?.Properties?.[naming[resource.Type]?.name ?? ''];
  return typeof name === 'string' ? name : (pseudo[id] ?? `<${here.stackName}/${id}>`);
};

/** `<stack/id.Attribute>` where AWS invents the value. */
const attributeOf = ([id, attribute]: readonly [string, string], here: RawTemplate): string => {
  const type = here.template.Resources?.[id]?.Type ?? '';
  const arn = naming[type]?.arn;
  if (attribute === 'Arn' && arn !== undefined) return `${arn}${nameOf(id, here)}`;
  if (attribute === 'QueueName') return nameOf(id, here);
  return `<${here.stackName}/${id}.${attribute}>`;
};

const mapValues = (value: object, map: (item: unknown) => unknown): Readonly<Record<string, unknown>> =>
  Object.fromEntries(Object.entries(value).map(([key, item]) => [key, map(item)]));
