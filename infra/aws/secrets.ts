// The secrets of a stage: SSM SecureStrings under the account's own key, which cost nothing; Secrets Manager would cost
// USD 0.40 a month each.
import { CustomResource, Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { LazoFunction } from './lazo-function.ts';
import { namesFor, secretNames } from './names.ts';
import type { Settings } from './settings.ts';

/** Makes the secrets at the first deploy. */
export class Secrets extends Construct {
  constructor(scope: Construct, settings: Settings) {
    super(scope, 'secrets');
    const names = namesFor(this, settings.stage);
    const maker = new LazoFunction(this, {
      settings,
      name: 'make-secrets',
      entry: 'infra/aws/on-deploy/make-secrets.ts',
      memory: 256,
      timeoutSeconds: 30,
      permissions: [{ actions: ['ssm:PutParameter', 'ssm:DeleteParameters'], resources: names.secretArns }],
      environment: {},
    });
    new CustomResource(this, 'values', {
      resourceType: 'Custom::Secrets',
      serviceToken: maker.lambda.functionArn,
      serviceTimeout: Duration.minutes(5),
      properties: { Names: secretNames.map((name) => `${names.secretPrefix}${name}`) },
      removalPolicy: settings.keepsData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
  }
}
