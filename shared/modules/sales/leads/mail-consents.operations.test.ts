import { describe, expect, it } from '@jest/globals';
import type { AnyRow } from '#kernel';
import { consentsOf } from '#modules/platform/mail-out';
import { startDomain } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';
import { partyModules } from '#test/support/parties';

const tenanted = withTenantTable();

describe('marketing by mail', () => {
  it('goes to leads who said yes to its purpose', async () => {
    const domain = startDomain({ modules: partyModules, table: tenanted.table, tenant: tenanted.tenant });
    const lead = await domain.run<AnyRow>('createLead', { keep: true, lastName: 'Vera', email: 'rosa@vera.ec' });
    const about = { subject: lead.id, purpose: 'NEWSLETTER', channel: 'EMAIL', wording: 'Sí', wordingVersion: '1' };
    const said = async (purpose: string) =>
      (await consentsOf(domain.reader(), ['Rosa@vera.ec'], purpose)).get('rosa@vera.ec');
    expect(await said('NEWSLETTER')).toBeUndefined();
    await domain.run('recordConsent', { ...about, granted: true, source: { how: 'CALL' } });
    expect([await said('NEWSLETTER'), await said('SURVEYS')]).toEqual(['GRANTED', undefined]);
    domain.clock.advance(60_000);
    await domain.run('recordConsent', { ...about, purpose: 'GENERAL', granted: false, source: { how: 'CALL' } });
    expect([await said('NEWSLETTER'), await said('SURVEYS')]).toEqual(['REFUSED', 'REFUSED']);
  });
});
