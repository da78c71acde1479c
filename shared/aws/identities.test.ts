import { describe, expect, it } from '@jest/globals';
import { withRecordingService } from '#test/support/aws-service';
import { readEnvironment } from './environment.ts';
import { openIdentities } from './identities.ts';

const issuer = 'https://cognito-idp.us-east-1.amazonaws.com/us-east-1_abc';
const attributes = [{ Name: 'sub', Value: 'subject-1' }];
const user = { email: 'ana@x.test', name: 'Ana' };

describe('identities', () => {
  const service = withRecordingService('COGNITO_IDENTITY_PROVIDER');
  const cognito = openIdentities(
    readEnvironment({
      IDENTITIES: 'cognito:us-east-1_abc',
      OIDC_ISSUERS: JSON.stringify([{ issuer, audience: 'a', kind: 'cognito' }]),
    }),
  );

  it('invites by mail', async () => {
    service.reply = () => ({ json: { User: { Attributes: attributes } } });
    expect(await cognito.invite(user)).toEqual({ issuer, subject: 'subject-1', isNew: true });
    expect(JSON.parse(service.requests[0]?.body ?? '')).toMatchObject({
      Username: 'ana@x.test',
      DesiredDeliveryMediums: ['EMAIL'],
    });
  });

  it('sets a given password and mails nothing', async () => {
    service.reply = () => ({ json: { User: { Attributes: attributes } } });
    await cognito.invite({ ...user, password: 'Secret-123' });
    expect(service.requests.map(({ action }) => action)).toEqual(['AdminCreateUser', 'AdminSetUserPassword']);
    expect(JSON.parse(service.requests[0]?.body ?? '')).toMatchObject({ MessageAction: 'SUPPRESS' });
    expect(JSON.parse(service.requests[1]?.body ?? '')).toMatchObject({ Password: 'Secret-123', Permanent: true });
  });

  it('answers who an existing account is and leaves its password alone', async () => {
    service.reply = ({ action }) =>
      action === 'AdminCreateUser'
        ? { status: 400, json: { __type: 'UsernameExistsException', message: 'exists' } }
        : { json: { UserAttributes: attributes } };
    expect(await cognito.invite({ ...user, password: 'Secret-123' })).toEqual({
      ...{ issuer, subject: 'subject-1' },
      isNew: false,
    });
    expect(service.requests.map(({ action }) => action)).toEqual(['AdminCreateUser', 'AdminGetUser']);
  });

  it('asks the local issuer by its admin call', async () => {
    service.reply = () => ({ json: { issuer: service.url, subject: 's2', isNew: true } });
    const local = openIdentities(readEnvironment({ IDENTITIES: `${service.url}/issuer/` }));
    expect(await local.invite(user)).toEqual({ issuer: service.url, subject: 's2', isNew: true });
    expect(service.requests[0]).toMatchObject({
      method: 'POST',
      path: '/issuer/admin/users',
      body: JSON.stringify(user),
    });
    service.reply = () => ({ status: 500, text: 'broken' });
    await expect(local.invite(user)).rejects.toThrow(/500: broken/);
  });
});
