// A taxpayer of Ecuador with a certificate, a customer, and the SRI double behind the real web port: for tests of electronic
// documents on the embedded engine.
import type { AnyRow, Table } from '#kernel';
import { openWeb } from '#aws/web';
import { sriEndpoint } from '#infra/local/sri/sri-endpoint';
import { openSriDouble, type SriDouble } from '#infra/local/sri/sri-double';
import {
  advanceElectronic,
  ElectronicDocument,
  type ElectronicDocumentRow,
  type SriIssuerRow,
} from '#modules/billing/ec-sri';
import type { InvoiceRow } from '#modules/billing/invoices';
import { fileKey } from '#modules/platform/files';
import { Notification, type NotificationRow } from '#modules/platform/notifications';
import { testCertificate } from './certificates.ts';
import { startDomain, type Domain } from './domain.ts';
import { openTrialStore, serveTrial } from './local-parts.ts';
import { partyModules } from './parties.ts';

/** What tests of electronic documents work with. */
export type Electronic = {
  readonly domain: Domain;
  readonly sri: SriDouble;
  readonly account: string;
  readonly issuer: SriIssuerRow;
  run<Result = AnyRow>(operation: string, input: object): Promise<Result>;
  /** Issues an invoice of one line over the counter. */
  invoice(more?: object): Promise<InvoiceRow>;
  /** The electronic document of an invoice, a credit note or a guide, as it is now. */
  of(document: string): Promise<ElectronicDocumentRow>;
  /** The text of a stored file. */
  textOf(file: string | undefined): Promise<string>;
  /** What people were told of a kind. */
  told(kind: string): Promise<readonly NotificationRow[]>;
  /** Does what the queue was told, as long as it comes due within so many seconds. Answers how many messages there were. */
  work(seconds?: number): Promise<number>;
  stop(): Promise<void>;
};

/** One for all: keys take time to make. */
const certificate = testCertificate();
/** A certificate in the form that uploads take. */
export const uploadOf = ({ file, password }: typeof certificate) => ({
  file: Buffer.from(file).toString('base64'),
  password,
});

const taxpayer = {
  ruc: '1799000012001',
  legalName: 'EMPRESA SINTETICA S.A.',
  mainAddress: 'Quito, Calle Uno 1',
  softwareProvider: '1790016919001',
};

/** Starts it in a tenant of its own. */
export const startElectronic = async ({
  table,
  tenant,
}: {
  readonly table: Table;
  readonly tenant: string;
}): Promise<Electronic> => {
  const trial = openTrialStore();
  const places = { base: '' };
  const web = openWeb(() => ({ 'https://celcer.sri.gob.ec': places.base }));
  const domain = startDomain({ modules: partyModules, table, tenant, ports: { web } });
  const sri = openSriDouble(trial.store, { ...trial.clock, now: () => domain.clock.now().getTime() });
  const listener = await serveTrial(sriEndpoint(sri, '/sri'));
  places.base = `${listener.url}/sri`;
  const run: Electronic['run'] = (operation, input) =>
    domain.run(operation, input as Readonly<Record<string, unknown>>, domain.actor());
  await run('createEmissionPoint', { code: '001-001', address: 'Quito, Bodega Norte' });
  const made = await run<SriIssuerRow>('createSriIssuer', taxpayer);
  const issuer = await run<SriIssuerRow>('uploadSriCertificate', {
    id: made.id,
    version: made.version,
    ...uploadOf(certificate),
  });
  const { id: account } = await run('createAccount', {
    name: 'Cliente Sintético',
    taxId: '1790016919001',
    email: 'pagos@cliente.example',
    addresses: [{ street: 'Av. Uno', city: 'Cuenca' }],
  });
  return {
    ...{ domain, sri, account, issuer, run },
    invoice: (more = {}) =>
      run<InvoiceRow>('billDirectly', {
        account,
        lines: [{ description: 'Servicio', quantity: '2', unitPrice: '50', taxCategory: 'STANDARD' }],
        ...more,
      }),
    of: async (document) => {
      const row = await domain.reader().data(ElectronicDocument).findUnique('document', document);
      if (!row) throw new Error(`${document} has no electronic document.`);
      return row;
    },
    textOf: async (file = '') => {
      const bytes = await domain.runtime.ports.files.get(fileKey(tenant, file));
      return Buffer.from(bytes ?? []).toString();
    },
    told: async (kind) => {
      const { rows } = await domain.reader().data(Notification).page('all', { first: 100 });
      return rows.filter((row) => row.kind === kind);
    },
    work: (seconds = 60) => work(domain, seconds),
    stop: async () => {
      await listener.close();
      trial.remove();
    },
  };
};

const work = async (domain: Domain, seconds: number): Promise<number> => {
  let count = 0;
  const until = domain.clock.now().getTime() + seconds * 1000;
  for (;;) {
    const index = domain.sent.findIndex(
      ({ queue, message }) =>
        queue === 'electronic' && domain.clock.now().getTime() + (message.delaySeconds ?? 0) * 1000 <= until,
    );
    const [told] = index < 0 ? [] : domain.sent.splice(index, 1);
    if (!told) return count;
    count += 1;
    const at = domain.clock.now().getTime() + (told.message.delaySeconds ?? 0) * 1000;
    domain.clock.set(new Date(at).toISOString());
    await advanceElectronic(domain.runtime, told.message.body as { tenant: string; document: string });
  }
};
