import { beforeEach, describe, expect, it } from '@jest/globals';
import type { AnyRow, DomainEvent } from '#kernel';
import { consumeEvents } from '#kernel/consume-events';
import { workAs } from '#kernel/work';
import { defaultPipeline } from '#modules/platform/flows';
import { Mail, type MailRow } from '#modules/platform/mail-out';
import { failure, type Domain } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';
import { openMailing, readMail } from '#test/support/mailing';
import { makePeople } from '#test/support/people';
import type { MailRuleRow } from './index.ts';
import { nextMoment } from './moments.rules.ts';

const { start, sent, drain } = openMailing(withTenantTable());
let domain: Domain;
let ana: string;
let ben: string;
beforeEach(async () => {
  ({ domain } = await start());
  [ana = '', ben = ''] = await makePeople(domain, ['Ana', 'Ben']);
  const words = { subject: 'Bienvenida, {{ record.name }}', body: '<p>Hola</p>' };
  await domain.run('createMailTemplate', { key: 'welcome', name: 'Welcome', es: words });
});

const make = (values: object) =>
  domain.run<MailRuleRow>('createMailRule', { name: 'Welcome', template: 'welcome', ...values });
const mails = async (): Promise<readonly MailRow[]> => {
  const { rows } = await domain.reader().data(Mail).page('all', { first: 100 });
  return rows.toSorted((a, b) => ((a.to[0] ?? '') < (b.to[0] ?? '') ? -1 : 1));
};
const tell = async (events: readonly DomainEvent[]): Promise<void> => {
  await consumeEvents(domain.runtime, events);
};
const customer = (more: object = {}) =>
  domain.run<AnyRow>('createContact', {
    firstName: 'Eva',
    lastName: 'Luna',
    emails: [{ address: 'eva@example.com' }],
    owner: ana,
    ...more,
  });

describe('a rule that goes by an event', () => {
  it('writes one mail for each event and address, however often the event is told', async () => {
    const to = [{ kind: 'CUSTOMER' }, { kind: 'OWNER' }, { kind: 'USER', user: ana }];
    const rule = await make({ on: 'contact.created', to, campaign: 'welcome-26' });
    await domain.settle();
    const contact = await customer();
    const events = await domain.settle();
    await tell(events);
    await tell(events);
    expect(await mails()).toMatchObject([
      { to: ['ana@example.com'], rule: rule.id, campaign: 'welcome-26', about: contact.id },
      { to: ['eva@example.com'], owner: ana, replyTo: 'ana@example.com', subject: 'Bienvenida, Eva Luna' },
    ]);
    await drain();
    expect(sent).toHaveLength(2);
    expect((await readMail(sent[0])).text).toContain('Hola');
  });

  it('sends when its filter comes to hold, not when something else changes, and once where it says so', async () => {
    await make({ on: 'contact.*', where: { jobTitle: { eq: 'CEO' } }, to: [{ kind: 'CUSTOMER' }] });
    await make({ on: 'contact.*', where: { jobTitle: { eq: 'CEO' } }, to: [{ kind: 'OWNER' }], once: true });
    await domain.settle();
    const { id } = await customer();
    const change = async (values: object): Promise<void> => {
      await domain.settle();
      const { version } = (await domain.reader().records([id])).get(id) ?? {};
      await domain.run('updateContact', { id, version, ...values });
      await domain.settle();
    };
    await change({ jobTitle: 'CEO' });
    await change({ description: 'Prefers mornings.' });
    expect(await mails()).toMatchObject([{ to: ['ana@example.com'] }, { to: ['eva@example.com'] }]);
    await change({ jobTitle: 'CTO' });
    await change({ jobTitle: 'CEO' });
    expect((await mails()).map(({ to }) => to[0])).toEqual(['ana@example.com', 'eva@example.com', 'eva@example.com']);
  });

  it('reads money as it stands in records', async () => {
    const where = { amount: { gt: { minor: 100_000, currency: 'USD' } } };
    await domain.run('createPipeline', defaultPipeline);
    await make({ on: 'opportunity.*', where, to: [{ kind: 'OWNER' }] });
    await domain.settle();
    const open = (minor: number) =>
      domain.run<AnyRow>('createOpportunity', { name: 'Chairs', amount: { minor, currency: 'USD' }, owner: ana });
    const { id, version } = await open(100_000);
    await domain.settle();
    expect(await mails()).toHaveLength(0);
    const grown = { id, version, amount: { minor: 100_001, currency: 'USD' } };
    const { version: next } = await domain.run<AnyRow>('updateOpportunity', grown);
    await domain.settle();
    expect(await mails()).toMatchObject([{ to: ['ana@example.com'], about: id }]);
    await domain.run('updateOpportunity', { ...grown, version: next, amount: { minor: 100_002, currency: 'USD' } });
    await domain.settle();
    expect(await mails()).toHaveLength(1);
  });

  it('asks for consent before marketing, and goes out later where it says so', async () => {
    await make({ on: 'contact.updated', to: [{ kind: 'CUSTOMER' }], kind: 'MARKETING' });
    await make({ on: 'contact.updated', to: [{ kind: 'OWNER' }], delayMinutes: 30 });
    await domain.settle();
    const unasked = await customer();
    const consents = [{ channel: 'EMAIL', granted: true }];
    const granted = await customer({ emails: [{ address: 'yes@example.com' }], consents });
    await domain.settle();
    const latest = (await domain.reader().records([unasked.id, granted.id])).values();
    for (const { id, version } of latest) await domain.run('updateContact', { id, version, jobTitle: 'CEO' });
    await domain.settle();
    const written = await mails();
    const marketing = written.filter(({ kind }) => kind === 'MARKETING');
    expect(marketing.map(({ to, status, problems }) => [to[0], status, problems[0]?.kind])).toEqual([
      ['eva@example.com', 'REFUSED', 'NO_CONSENT'],
      ['yes@example.com', 'QUEUED', undefined],
    ]);
    expect(written.find(({ to }) => to[0] === 'ana@example.com')).toMatchObject({
      sendAt: '2026-11-22T15:30:00.000Z',
    });
  });

  it('that sends once sends once those have said yes who had not', async () => {
    await make({ on: 'contact.updated', to: [{ kind: 'CUSTOMER' }], kind: 'MARKETING', once: true });
    await domain.settle();
    const { id } = await customer();
    const change = async (values: object) => {
      await domain.settle();
      const { version } = (await domain.reader().records([id])).get(id) ?? {};
      await domain.run('updateContact', { id, version, ...values });
      await domain.settle();
    };
    for (const jobTitle of ['CEO', 'CTO']) await change({ jobTitle });
    expect((await mails()).map(({ status }) => status)).toEqual(['REFUSED']);
    await change({ consents: [{ channel: 'EMAIL', granted: true }] });
    await change({ jobTitle: 'CFO' });
    expect((await mails()).map(({ status }) => status).sort()).toEqual(['QUEUED', 'REFUSED']);
    for (const jobTitle of ['CIO', 'CMO']) {
      await workAs(domain.runtime, domain.actor(), 'the sender', async ({ trusted, clock }) => {
        const queued = (await mails()).find(({ status }) => status === 'QUEUED');
        const problems = [{ kind: 'SUPPRESSED' as const, at: clock.instant() }];
        trusted(Mail).move(await trusted(Mail).get(queued?.id ?? ''), 'REFUSED', { problems });
      });
      await change({ jobTitle });
    }
    expect((await mails()).map(({ status }) => status).sort()).toEqual(['QUEUED', 'REFUSED', 'REFUSED', 'REFUSED']);
  });

  it('says at the rule why a mail could not be written, and stops nothing else', async () => {
    const body = '{% for each in (1..99999999) %}{{ each }}{% endfor %}';
    const { id, version } = await domain.run<AnyRow>('createMailTemplate', {
      key: 'endless',
      name: 'Endless',
      es: { subject: 'Sin fin', body },
    });
    const broken = await make({ on: 'contact.created', to: [{ kind: 'CUSTOMER' }], template: 'endless' });
    await make({ on: 'contact.created', to: [{ kind: 'OWNER' }] });
    await domain.settle();
    const problem = async () => (await domain.reader().records([broken.id])).get(broken.id)?.['problem'];
    await customer();
    await domain.settle();
    expect((await mails()).map(({ to }) => to[0])).toEqual(['ana@example.com']);
    expect(await problem()).toMatch(/limit/);
    await domain.run('updateMailTemplate', { id, version, es: { subject: 'Fin', body: 'Fin' } });
    await customer({ emails: [{ address: 'leo@example.com' }] });
    await domain.settle();
    expect((await mails()).map(({ to }) => to[0])).toContain('leo@example.com');
    expect(await problem()).toBeUndefined();
  });

  it('writes to no crowd for one event: it says so at the rule, and what it can write it writes', async () => {
    const people = await makePeople(
      domain,
      Array.from({ length: 22 }, (_, index) => `P${String(index)}`),
    );
    const to = people.map((user) => ({ kind: 'USER', user }));
    const first = await make({ on: 'contact.created', to: to.slice(0, 10) });
    const others = [
      await make({ on: 'contact.created', to: to.slice(10, 19) }),
      await make({ on: 'contact.created', to: to.slice(19) }),
    ];
    await domain.settle();
    await customer();
    await domain.settle();
    expect(await mails()).toHaveLength(20);
    const found = await domain.reader().records([first, ...others].map(({ id }) => id));
    expect([...found.values()].flatMap(({ problem }) => problem ?? [])).toEqual([
      'One event reaches 20 addresses, not 3.',
    ]);
  });

  it('refuses what cannot be: no cause or two, unknown events and fields, mails about mails, nobody', async () => {
    const to = [{ kind: 'OWNER' }];
    const refused = [
      { to },
      { to, on: 'contact.created', schedule: { every: 'DAY', at: '08:00' }, of: 'Contact' },
      { to, on: 'contact.exploded' },
      { to, on: 'mail.sent' },
      { to, on: 'contact.created', where: { nothing: { eq: 1 } } },
      { to: [], on: 'contact.created' },
      { to: [{ kind: 'USER' }], on: 'contact.created' },
      { to: [{ kind: 'ROLE', role: 'bosss' }], on: 'contact.created' },
      { to: [{ kind: 'CUSTOMER', path: 'emial' }], on: 'contact.created' },
      { to: [{ kind: 'CUSTOMER', path: 'contact.emial' }], on: 'opportunity.created' },
      { to: [{ kind: 'CUSTOMER' }], schedule: { every: 'DAY', at: '08:00' }, of: 'Contact' },
      { to, schedule: { every: 'WEEK', at: '08:00' }, of: 'Contact' },
      { to, schedule: { every: 'DAY', at: '08:00' }, of: 'Nothing' },
    ];
    for (const values of refused) expect(await failure(make(values))).toBe('BAD_INPUT');
    expect(await failure(make({ to, on: 'contact.created', template: 'nobody' }))).toBe('TEMPLATE_NOT_FOUND');
    const seller = domain.actor({ rules: { ...domain.actor().rules, entities: {}, operations: [] } });
    expect(await failure(domain.run('createMailRule', { name: 'x', template: 'welcome', to }, seller))).toBe(
      'FORBIDDEN',
    );
  });
});

describe('a rule that goes by the clock', () => {
  it('sends each owner the own records and managers those of their people, once each time', async () => {
    const { id } = await make({
      name: 'Clientes',
      template: 'rule-digest',
      schedule: { every: 'DAY', at: '10:03' },
      of: 'Contact',
      where: { lastName: { eq: 'Luna' } },
      to: [{ kind: 'OWNER' }, { kind: 'USER', user: ben }],
    });
    await customer();
    await customer({ lastName: 'Sol' });
    await customer({ firstName: 'Leo', owner: ben });
    await domain.settle();
    await domain.advanceTo('2026-11-22T15:03:30.000Z');
    const written = await mails();
    expect(written).toMatchObject([
      { to: ['ana@example.com'], subject: 'Clientes: 1' },
      { to: ['ben@example.com'], subject: 'Clientes: 2' },
    ]);
    await domain.advanceTo('2026-11-22T15:04:30.000Z');
    expect(await mails()).toHaveLength(2);
    expect((await domain.reader().records([id])).get(id)).toMatchObject({ nextAt: '2026-11-23T15:03:00.000Z' });
  });

  it('finds the next moment on the clock of the place', () => {
    const place = {
      timeZone: 'America/Guayaquil',
      isWorkingDay: (day: string) => !['2026-11-28', '2026-11-29'].includes(day),
    };
    const next = (schedule: Parameters<typeof nextMoment>[0], after: string) => nextMoment(schedule, after, place);
    expect(next({ every: 'DAY', at: '08:00' }, '2026-11-22T13:00:00.000Z')).toBe('2026-11-23T13:00:00.000Z');
    expect(next({ every: 'WORKING_DAY', at: '08:00' }, '2026-11-27T14:00:00.000Z')).toBe('2026-11-30T13:00:00.000Z');
    expect(next({ every: 'WEEK', at: '18:30', weekday: 1 }, '2026-11-22T15:00:00.000Z')).toBe(
      '2026-11-23T23:30:00.000Z',
    );
    expect(next({ every: 'MONTH', at: '00:00', day: 31 }, '2027-02-10T00:00:00.000Z')).toBe('2027-02-28T05:00:00.000Z');
    const never = { ...place, isWorkingDay: () => false };
    expect(nextMoment({ every: 'WORKING_DAY', at: '08:00' }, '2026-11-22T13:00:00.000Z', never)).toBeUndefined();
  });
});
