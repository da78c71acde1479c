import { beforeEach, describe, expect, it } from '@jest/globals';
import { modules } from '#modules';
import { Mail, type MailRow } from '#modules/platform/mail-out';
import { failure, startDomain, type Domain } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';
import { storeTenantOf, storingTenant, tenantIdOf } from '#test/support/tenant';

const tenanted = withTenantTable();
const known = new Set<string>();
let domain: Domain;

beforeEach(async () => {
  known.clear();
  domain = startDomain({
    ...{ modules: [...modules, storingTenant], table: tenanted.table, tenant: tenantIdOf(tenanted.tenant) },
    ports: {
      identities: {
        invite: ({ email }) =>
          Promise.resolve({ issuer: 'https://issuer.test', subject: email, isNew: !known.has(email) }),
      },
    },
  });
  await storeTenantOf(domain, { name: 'Comercial Andina' });
});

const invite = (email: string, more: object = {}) =>
  domain.run('inviteUser', { name: 'Ana', email, roles: ['seller'], ...more });
/** The mails that wait in the queue. */
const queued = (): Promise<readonly MailRow[]> =>
  Promise.all(
    domain.sent.flatMap(({ queue, message }) =>
      queue === 'mail-out'
        ? [
            domain
              .reader()
              .data(Mail)
              .get((message.body as { readonly mail: string }).mail),
          ]
        : [],
    ),
  );

describe('an invitation', () => {
  it('is sent by the sign-in service to whom it did not know', async () => {
    await invite('ana@new.test');
    expect(await queued()).toEqual([]);
  });

  it('is told by us to who has an account there already, in the language of the person', async () => {
    for (const email of ['ana@known.test', 'bob@known.test']) known.add(email);
    await invite('ana@known.test');
    await invite('bob@known.test', { name: 'Bob', locale: 'en' });
    const [first, second] = await queued();
    expect(first).toMatchObject({ to: ['ana@known.test'], subject: 'Ya puede entrar en Comercial Andina' });
    expect(second).toMatchObject({ to: ['bob@known.test'], subject: 'You can now sign in to Comercial Andina' });
    expect(JSON.stringify(second)).toContain(domain.runtime.ports.addresses.publicUrl());
  });

  it('is told once, and not when it was refused', async () => {
    known.add('ana@known.test');
    await invite('ana@known.test');
    expect(await failure(invite('ana@known.test'))).toBe('NOT_UNIQUE');
    expect(await failure(invite('eva@known.test', { roles: ['nothing'] }))).toBe('UNKNOWN_ROLE');
    expect(await queued()).toHaveLength(1);
  });
});
