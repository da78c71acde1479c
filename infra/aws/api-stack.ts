// The HTTP API in front of the functions that answer people. It has no authorizer: `graphql` and `public` verify tokens
// themselves, so that a refused request is answered as a GraphQL error (design.md section 8).
import { CfnOutput, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import { HttpApi, HttpMethod, LogGroupLogDestination } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { FunctionName } from '#infra/wiring';
import { acknowledge } from './acknowledge.ts';
import { namesFor } from './names.ts';
import type { RealtimePlaces } from './realtime-stack.ts';
import type { Settings } from './settings.ts';
import { functionsOn, wireFunction, wiringOf, type Deployment, type SignIn } from './wired-function.ts';

/** HTTP API, its routes and the functions behind them. */
export class ApiStack extends Stack {
  readonly publicUrl: string;
  readonly apiId: string;
  readonly #api: HttpApi;

  constructor(
    scope: Construct,
    id: string,
    props: StackProps & { readonly settings: Settings; readonly signIn: SignIn; readonly realtime: RealtimePlaces },
  ) {
    super(scope, id, props);
    const { settings, signIn, realtime } = props;
    this.#api = new HttpApi(this, 'api', { apiName: namesFor(this, settings.stage).prefix, createDefaultStage: false });
    this.publicUrl = this.#api.apiEndpoint;
    this.apiId = this.#api.apiId;
    this.#openStage(settings);
    const deployment = { settings, signIn, realtime, publicUrl: this.publicUrl };
    for (const name of functionsOn('http')) this.#route(name, deployment);
    new CfnOutput(this, 'graphql-url', { value: `${this.publicUrl}/graphql` });
  }

  #openStage({ stage, logDays, keepsData, requestsPerSecond, burst }: Settings): void {
    const log = new LogGroup(this, 'access-log', {
      logGroupName: `/aws/apigateway/${namesFor(this, stage).prefix}`,
      retention: logDays,
      removalPolicy: keepsData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
    this.#api.addStage('stage', {
      stageName: '$default',
      autoDeploy: true,
      throttle: { rateLimit: requestsPerSecond, burstLimit: burst },
      accessLogSettings: { destination: new LogGroupLogDestination(log), format: accessLogFormat },
    });
  }

  #route(name: FunctionName, deployment: Deployment): void {
    const { lambda } = wireFunction(this, name, deployment);
    const integration = new HttpLambdaIntegration(name, lambda);
    for (const trigger of wiringOf(name).triggers) {
      if (trigger.on !== 'http') continue;
      for (const route of trigger.routes) this.#addRoute(route, integration);
    }
  }

  #addRoute(route: string, integration: HttpLambdaIntegration): void {
    const [method, path] = route.split(' ') as [keyof typeof HttpMethod, string];
    const added = this.#api.addRoutes({ path, methods: [HttpMethod[method]], integration });
    for (const one of added) {
      acknowledge(one, {
        'AwsSolutions-APIG4': 'The function verifies token, key or signed link (design.md section 8).',
      });
    }
  }
}

/** One JSON line a request: who, what, how long; no query, no body, no token. */
const accessLogFormat = AccessLogFormat.custom(
  JSON.stringify({
    at: '$context.requestTime',
    requestId: '$context.requestId',
    ip: '$context.identity.sourceIp',
    route: '$context.routeKey',
    status: '$context.status',
    bytes: '$context.responseLength',
    milliseconds: '$context.responseLatency',
    integrationMilliseconds: '$context.integrationLatency',
    error: '$context.integrationErrorMessage',
  }),
);
