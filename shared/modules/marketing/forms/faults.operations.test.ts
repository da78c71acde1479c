import { beforeEach, describe, expect, it } from '@jest/globals';
import { TransactionCancelled, type AnyRow, type DomainEvent, type Table } from '#kernel';
import { consumeEvents } from '#kernel/consume-events';
import { linkTo } from '#kernel/run-page';
import { dyingTable } from '#test/support/dying-table';
import { ana, askPage, fillingIn, formField, hiddenIn } from '#test/support/filling-in';
import { startDomain, type Domain } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';
import { partyModules } from '#test/support/parties';
import { makePeople } from '#test/support/people';

const worker = dyingTable();
/** Transactions that lose against others before one wins. */
let losses = 0;

const losing = (table: Table): Table => ({
  ...table,
  transact: (writes) => {
    if (losses === 0 || !writes.some((each) => each.kind === 'put' && each.item.sk === 'row'))
      return table.transact(writes);
    losses -= 1;
    return Promise.reject(new TransactionCancelled(writes.map(() => ({ code: 'CONFLICT' }))));
  },
  metered: (meter) => losing(table.metered(meter)),
});

const tenanted = withTenantTable();
let domain: Domain;
let seller: string;
let heard: DomainEvent[];
const { createForm, linksOf, wait, fillIn, submissionsOf, onlyOne } = fillingIn(() => domain);

/** What is submitted waits until the test delivers it. */
const holdSubmissions = (): void => {
  const { bus } = domain.runtime.ports;
  const isHeld = ({ type }: DomainEvent) => type === 'formSubmission.submitted';
  const publish: typeof bus.publish = (entries) => {
    heard.push(...entries.map(({ detail }) => detail as DomainEvent).filter(isHeld));
    return bus.publish(entries.filter(({ detail }) => !isHeld(detail as DomainEvent)));
  };
  Object.assign(domain.runtime.ports, { bus: { publish } });
};

beforeEach(async () => {
  worker.revive();
  losses = 0;
  heard = [];
  domain = startDomain({
    modules: partyModules,
    table: tenanted.table,
    tenant: tenanted.tenant,
    through: (table) => losing(worker.through(table)),
  });
  [seller = ''] = await makePeople(domain, ['Seller']);
  holdSubmissions();
});

/** Somebody sends a form; answers the event that nobody has worked on. */
const sent = async (form: AnyRow, nth: number): Promise<DomainEvent> => {
  const sender = {
    ...ana,
    name: `Ana Vera ${String(nth)}`,
    email: `ana${String(nth)}@example.com`,
    phone: '',
    news: 'yes',
  };
  await fillIn(form, sender, { ip: `192.0.2.${String(nth)}` });
  await domain.settle();
  const event = heard.at(-1);
  if (!event || heard.length !== nth) throw new Error('It was not submitted once.');
  return event;
};
/** Whether all that follows from it was done. */
const deliver = async (event: DomainEvent): Promise<boolean> => {
  try {
    return (await consumeEvents(domain.runtime, [event])).size === 0;
  } catch (error) {
    if (worker.isDead()) return false;
    throw error;
  }
};

/** Each sender's worker dies at another write, before or after it, until one lives; then the event comes again, and again. */
const dyingEverywhere = async (form: AnyRow): Promise<number> => {
  let nth = 0;
  for (const after of [false, true]) {
    let lived = false;
    for (let write = 1; !lived; write += 1) {
      const event = await sent(form, (nth += 1));
      worker.dieAt(write, { after });
      lived = await deliver(event);
      worker.revive();
      expect(await deliver(event)).toBe(true);
      expect(await Promise.all([deliver(event), deliver(event)])).toEqual([true, true]);
    }
  }
  await domain.settle();
  return nth;
};
const countOf = async (name: string): Promise<number> =>
  (await domain.reader().trusted(domain.registry.entity(name)).list({ first: 100 })).rows.length;

describe('a submission whose worker dies', () => {
  it.each([
    ['LEAD', ['Lead']],
    ['CONTACT', ['Contact']],
    ['CASE', ['Account', 'Contact', 'Case']],
  ])('becomes one %s with one proof of consent, wherever it died and however often it comes', async (outcome, made) => {
    if (outcome === 'CASE')
      await domain.run('createCaseType', { key: 'COMPLAINT', labels: { es: 'Queja', en: 'Complaint' } });
    const form = await createForm({ outcome, owner: seller, ...(outcome === 'CASE' && { recordKind: 'COMPLAINT' }) });
    const all = await dyingEverywhere(form);
    expect(all).toBeGreaterThan(4);
    const rows = await submissionsOf(form);
    expect(rows.map(({ status, attempts }) => `${status} ${String(attempts)}`)).toEqual(Array(all).fill('PROCESSED 1'));
    expect(new Set(rows.map((row) => row.made)).size).toBe(all);
    const counts = await Promise.all([...made, 'ConsentProof'].map(countOf));
    expect(counts).toEqual(counts.map(() => all));
  });

  it('is tried again when others keep coming first; nobody has to repair that by hand', async () => {
    const form = await createForm();
    const event = await sent(form, 1);
    losses = 20;
    expect(await deliver(event)).toBe(true);
    expect(await onlyOne(form)).toMatchObject({ status: 'PROCESSED', attempts: 1 });
  });
});

describe('a visitor whose answer is lost', () => {
  const multipart = (values: Readonly<Record<string, string>>) => ({
    headers: { 'content-type': 'multipart/form-data; boundary=b' },
    body: [
      ...Object.entries(values).map(
        ([name, value]) => `--b\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}`,
      ),
      '--b\r\ncontent-disposition: form-data; name="cv"; filename="cv.pdf"\r\ncontent-type: application/pdf\r\n\r\n%PDF-1.7',
      '--b--\r\n',
    ].join('\r\n'),
  });

  const twiceDying = async (work: () => Promise<unknown>): Promise<void> => {
    for (const after of [false, true]) {
      worker.dieAt(1, { after });
      await expect(work()).rejects.toThrow('The worker died.');
      worker.revive();
    }
  };

  it('sends again, also twice at once, and is one submission with one file, asked once and confirmed once', async () => {
    const fields = [formField('email', 'EMAIL', { required: true }), formField('cv', 'FILE')];
    const form = await createForm({ doubleOptIn: true, fields });
    const { page } = await linksOf(form);
    const values = { ...hiddenIn(String((await askPage(domain, page)).body)), email: ana.email };
    wait(10);
    const send = () => askPage(domain, page, { method: 'POST', ...multipart(values) });
    await twiceDying(send);
    expect((await Promise.all([send(), send()])).map(({ status }) => status)).toEqual([200, 200]);
    await domain.settle();
    expect(await onlyOne(form)).toMatchObject({ status: 'UNCONFIRMED', files: [expect.any(String)] });
    expect(await domain.runtime.ports.files.list('')).toHaveLength(1);
    expect(await countOf('Mail')).toBe(1);
    const { id: record, confirmBy: until = '' } = await onlyOne(form);
    const link = await linkTo(domain.reader(), { purpose: 'form-confirm', record, until });
    const confirm = () => askPage(domain, link, { method: 'POST' });
    await twiceDying(confirm);
    expect((await Promise.all([confirm(), confirm()])).map(({ status }) => status)).toEqual([200, 200]);
    await domain.settle();
    expect(heard).toHaveLength(1);
    for (const event of [...heard, ...heard]) expect(await deliver(event)).toBe(true);
    expect(await onlyOne(form)).toMatchObject({ status: 'PROCESSED', confirmedAt: expect.any(String), attempts: 1 });
    expect(await countOf('Lead')).toBe(1);
  });
});
