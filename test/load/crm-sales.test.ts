import { describe } from '@jest/globals';
import { proveCrmSales } from '#test/support/crm-sales-proof';

// `npm test` proves a tenth in test/acceptance.
if (process.env['LAZO_LOAD'] === 'full') proveCrmSales(1);
else describe.skip('the sales of crm-sales, all of them', () => undefined);
