import { describe, expect, it } from '@jest/globals';
import { environment } from '#infra/wiring';
import { environmentNames, readEnvironment } from './environment.ts';

describe('the environment', () => {
  it('has the names of the wiring', () => {
    expect(environmentNames).toEqual(Object.keys(environment));
  });

  it('names what is missing, and only when it is asked for', () => {
    const partial = readEnvironment({ TABLE_NAME: 'lazo' });
    expect(partial.tableName).toBe('lazo');
    expect(() => partial.busName).toThrow(/BUS_NAME is not set/);
  });

  it('reads issuers and makes queue URLs', () => {
    const issuer = { issuer: 'https://sign-in', audience: 'lazo', kind: 'oidc' };
    const variables = { OIDC_ISSUERS: JSON.stringify([issuer]), QUEUE_URL_PREFIX: 'https://sqs/1/lazo-', STAGE: 'dev' };
    const read = readEnvironment(variables);
    expect(read.issuers).toEqual([issuer]);
    expect(read.queueUrl('mail-out')).toBe('https://sqs/1/lazo-dev-mail-out');
    expect(readEnvironment({ PUBLIC_URL: 'https://api.lazo/' }).publicUrl).toBe('https://api.lazo');
  });
});
