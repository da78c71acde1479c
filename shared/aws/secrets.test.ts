import { describe, expect, it } from '@jest/globals';
import { withRecordingService } from '#test/support/aws-service';
import { readEnvironment } from './environment.ts';
import { openSecrets } from './secrets.ts';

describe('secrets', () => {
  const service = withRecordingService('SSM');

  it('come from the environment where it holds them', async () => {
    const secrets = openSecrets(readEnvironment({ SECRETS: '{"signing":"s"}' }));
    expect(await secrets.get('signing')).toBe('s');
    await expect(secrets.get('idempotency')).rejects.toThrow('There is no secret idempotency.');
  });

  it('come from Systems Manager, all in one request', async () => {
    service.reply = () => ({
      json: {
        Parameters: [
          { Name: '/lazo/dev/signing', Value: 's' },
          { Name: '/lazo/dev/idempotency', Value: 'i' },
        ],
      },
    });
    const secrets = openSecrets(readEnvironment({ SECRETS: 'ssm:/lazo/dev/' }));
    expect([await secrets.get('signing'), await secrets.get('idempotency')]).toEqual(['s', 'i']);
    expect(service.requests).toHaveLength(1);
    expect(service.requests[0]?.action).toBe('GetParameters');
    expect(JSON.parse(service.requests[0]?.body ?? '')).toEqual({
      Names: ['/lazo/dev/signing', '/lazo/dev/idempotency', '/lazo/dev/sealing'],
      WithDecryption: true,
    });
  });

  it('are asked for again after a failure', async () => {
    service.reply = () => ({ status: 400, json: { __type: 'AccessDeniedException' } });
    const secrets = openSecrets(readEnvironment({ SECRETS: 'ssm:/lazo/dev/' }));
    await expect(secrets.get('signing')).rejects.toThrow(/AccessDenied/);
    service.reply = () => ({ json: { Parameters: [{ Name: '/lazo/dev/signing', Value: 's' }] } });
    expect(await secrets.get('signing')).toBe('s');
  });
});
