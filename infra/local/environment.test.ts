import { describe, expect, it } from '@jest/globals';
import { readEnvironment } from '#aws/environment';
import { environment as wired } from '../wiring.ts';
import { environmentOf } from './environment.ts';
import { readSettings } from './settings.ts';

const places = {
  dynamodb: 'http://127.0.0.1:1',
  services: 'http://127.0.0.1:2',
  api: 'http://127.0.0.1:3',
  signIn: 'http://127.0.0.1:4',
  issuer: 'http://127.0.0.1:9',
};

const of = (own: NodeJS.ProcessEnv) => environmentOf(readSettings(own), places, '{}', own);

describe('environmentOf', () => {
  it('sets every variable that the wiring names, as the handlers read them', () => {
    const variables = of({});
    expect(Object.keys(wired).filter((name) => !variables[name])).toEqual([]);
    const environment = readEnvironment(variables);
    expect(environment.queueUrl('react')).toBe('http://127.0.0.1:2/sqs/000000000000/lazo-local-react');
    expect(environment.issuers).toMatchObject([
      { issuer: places.issuer, jwksUri: `${places.signIn}/.well-known/jwks.json`, kind: 'oidc' },
    ]);
  });

  it('keeps a person out of it: own keys, profile and session are used with a real service only', () => {
    const own = {
      AWS_ACCESS_KEY_ID: 'AKIA',
      AWS_SECRET_ACCESS_KEY: 'secret',
      AWS_SESSION_TOKEN: 'token',
      AWS_PROFILE: 'work',
    };
    expect(of(own)).toMatchObject({
      AWS_ACCESS_KEY_ID: 'local',
      AWS_SECRET_ACCESS_KEY: 'local',
      AWS_SESSION_TOKEN: '',
      AWS_PROFILE: '',
    });
    const real = of({ ...own, LAZO_ENDPOINT_SES: 'https://email.us-east-1.amazonaws.com' });
    expect(real).toMatchObject({
      AWS_ACCESS_KEY_ID: 'AKIA',
      AWS_ENDPOINT_URL_SES: 'https://email.us-east-1.amazonaws.com',
    });
    expect(real).not.toHaveProperty('AWS_PROFILE');
  });

  it('leads to real queues, bus and scheduler where they are named, in the account that is', () => {
    const variables = of({
      LAZO_ENDPOINT_SQS: 'https://sqs.us-east-1.amazonaws.com/',
      LAZO_ENDPOINT_EVENTS: 'https://events.us-east-1.amazonaws.com',
      LAZO_ENDPOINT_SCHEDULER: 'https://scheduler.us-east-1.amazonaws.com',
      LAZO_ACCOUNT: '123456789012',
    });
    expect(variables).toMatchObject({
      AWS_ENDPOINT_URL_SQS: 'https://sqs.us-east-1.amazonaws.com/',
      AWS_ENDPOINT_URL_EVENTBRIDGE: 'https://events.us-east-1.amazonaws.com',
      AWS_ENDPOINT_URL_SCHEDULER: 'https://scheduler.us-east-1.amazonaws.com',
      RUN_DUE_ARN: 'arn:aws:lambda:us-east-1:123456789012:function:lazo-local-run-due',
    });
    expect(readEnvironment(variables).queueUrl('react')).toBe(
      'https://sqs.us-east-1.amazonaws.com/123456789012/lazo-local-react',
    );
  });

  it('calls the double of the SRI, or what a person names in its place', () => {
    const test = 'https://celcer.sri.gob.ec';
    expect(readEnvironment(of({})).webStandIns).toMatchObject({ [test]: 'http://127.0.0.1:2/sri' });
    const own = of({ LAZO_STAND_INS: JSON.stringify({ [test]: test }) });
    expect(readEnvironment(own).webStandIns).toMatchObject({ [test]: test });
    expect(() => of({ LAZO_STAND_INS: '{"https://a.test": "nowhere"}' })).toThrow('LAZO_STAND_INS');
    expect(() => of({ LAZO_STAND_INS: '{' })).toThrow('LAZO_STAND_INS');
  });

  it('adds further issuers', () => {
    const more = [{ issuer: 'https://sso.example', audience: 'lazo', kind: 'oidc' }];
    expect(readEnvironment(of({ LAZO_OIDC_ISSUERS: JSON.stringify(more) })).issuers.slice(1)).toEqual(more);
  });
});
