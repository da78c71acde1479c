// Where people sign in: a Cognito user pool. Accounts are made by invitation only (mutation of the API), because a tenant
// decides who belongs to it.
import { Duration, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { AccountRecovery, FeaturePlan, Mfa, UserPool, type UserPoolClient } from 'aws-cdk-lib/aws-cognito';
import type { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';
import { namesFor } from './names.ts';
import type { Settings } from './settings.ts';
import type { SignIn } from './wired-function.ts';

/** User pool and the client of the browser. */
export class IdentityStack extends Stack {
  readonly signIn: SignIn;

  constructor(scope: Construct, id: string, props: StackProps & { readonly settings: Settings }) {
    super(scope, id, props);
    const pool = this.#makePool(props.settings);
    const { userPoolClientId } = addBrowserClient(pool);
    this.signIn = { userPoolId: pool.userPoolId, userPoolArn: pool.userPoolArn, clientId: userPoolClientId };
  }

  #makePool({ stage, keepsData, mfa }: Settings): UserPool {
    const pool = new UserPool(this, 'users', {
      userPoolName: namesFor(this, stage).prefix,
      selfSignUpEnabled: false,
      signInAliases: { email: true },
      signInCaseSensitive: false,
      autoVerify: { email: true },
      standardAttributes: { email: { required: true, mutable: true }, fullname: { required: false, mutable: true } },
      passwordPolicy: {
        minLength: 12,
        requireLowercase: true,
        requireUppercase: true,
        requireDigits: true,
        requireSymbols: true,
        tempPasswordValidity: Duration.days(3),
      },
      mfa: mfa === 'required' ? Mfa.REQUIRED : Mfa.OPTIONAL,
      mfaSecondFactor: { otp: true, sms: false },
      accountRecovery: AccountRecovery.EMAIL_ONLY,
      featurePlan: FeaturePlan.LITE,
      deletionProtection: keepsData,
      removalPolicy: keepsData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
    acknowledge(pool, {
      'AwsSolutions-COG8': 'The plus plan bills every active user; sign-in is by invitation, strong password and TOTP.',
      ...(mfa === 'optional' && {
        'AwsSolutions-COG2': 'A stage without customers: automated sign-in has no second factor. prod requires it.',
      }),
    });
    return pool;
  }
}

/** No secret, no OAuth pages: the browser proves the password by SRP and keeps tokens for an hour. */
const addBrowserClient = (pool: UserPool): UserPoolClient =>
  pool.addClient('browser', {
    authFlows: { userSrp: true },
    disableOAuth: true,
    generateSecret: false,
    preventUserExistenceErrors: true,
    enableTokenRevocation: true,
    accessTokenValidity: Duration.hours(1),
    idTokenValidity: Duration.hours(1),
    refreshTokenValidity: Duration.days(30),
  });
