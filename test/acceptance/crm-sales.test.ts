import { proveCrmSales } from '#test/support/crm-sales-proof';

// The whole of it is test/load/crm-sales.test.ts.
proveCrmSales(10);
