import { describe, expect, it } from '@jest/globals';
import { readSettings } from './settings.ts';

describe('readSettings', () => {
  it('counts the other ports from the first', () => {
    expect(readSettings({}).ports).toEqual({ api: 4000, services: 4001, mailbox: 4002, 'sign-in': 4003, smtp: 4025 });
    expect(readSettings({ LAZO_PORT: '5000', LAZO_SMTP_PORT: '2525' }).ports).toEqual({
      api: 5000,
      services: 5001,
      mailbox: 5002,
      'sign-in': 5003,
      smtp: 2525,
    });
    expect(Object.values(readSettings({ LAZO_PORT: '0' }).ports)).toEqual([0, 0, 0, 0, 0]);
  });

  it('takes endpoints, hosts and the data folder', () => {
    const settings = readSettings({
      LAZO_ENDPOINT_DYNAMODB: 'http://127.0.0.1:8000',
      LAZO_HOSTS: 'crm.example',
      LAZO_DATA: '/tmp/somewhere',
    });
    expect(settings).toMatchObject({
      endpoints: { DYNAMODB: 'http://127.0.0.1:8000' },
      hosts: ['127.0.0.1', 'localhost', 'crm.example'],
      dataDir: '/tmp/somewhere',
    });
  });

  it.each([
    [{ LAZO_PORT: 'http' }, /LAZO_PORT/],
    [{ LAZO_SMTP_PORT: '70000' }, /LAZO_SMTP_PORT/],
    [{ LAZO_ENDPOINT_S3: 'here' }, /LAZO_ENDPOINT_S3/],
    [{ LAZO_OIDC_ISSUERS: '{}' }, /LAZO_OIDC_ISSUERS/],
  ])('names the variable that is wrong: %j', (environment, message) => {
    expect(() => readSettings(environment)).toThrow(message);
  });
});
