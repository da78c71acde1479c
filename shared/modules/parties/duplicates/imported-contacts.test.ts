import { beforeEach, describe, expect, it } from '@jest/globals';
import type { AnyRow, DomainEvent } from '#kernel';
import { compilePattern } from '#infra/local/bus/event-pattern';
import { fileKey } from '#modules/platform/files';
import { startDomain, type Domain } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';
import { workOff } from '#test/support/jobs';
import { partyModules } from '#test/support/parties';
import { DuplicateCandidate } from './index.ts';

const tenanted = withTenantTable();
let domain: Domain;
let onBus: DomainEvent[];
beforeEach(() => {
  domain = startDomain({ modules: partyModules, table: tenanted.table, tenant: tenanted.tenant });
  onBus = [];
  const { bus } = domain.runtime.ports;
  const publish = bus.publish.bind(bus);
  Object.assign(bus, {
    publish: (entries: Parameters<typeof publish>[0]) => {
      onBus.push(...entries.map(({ detail }) => detail as DomainEvent));
      return publish(entries);
    },
  });
});

const lines = [
  'nombre,apellido,correo,celular',
  'María José,Vera,mj@puerto.ec,0991234567',
  'Ana,Quiroga,ana@puerto.ec,0997654321',
  'Maria Jose,Bera,,0991234567',
  'Luis,Paz,luis@puerto.ec,0990001112',
];
const rules = ['firstName nombre', 'lastName apellido', 'email correo', 'phone celular'].map((rule) => {
  const [field, column] = rule.split(' ');
  return { field, column };
});

/** Lets a table enter, with all that follows; answers what was heard on the bus meanwhile. */
const enter = async (text: string): Promise<readonly DomainEvent[]> => {
  const body = Buffer.from(text);
  const about = { name: 'people.csv', contentType: 'text/csv', size: body.length };
  const { file } = await domain.run<{ file: AnyRow }>('startUpload', about);
  await domain.runtime.ports.files.put(fileKey(tenanted.tenant, file.id), body, 'text/csv');
  await domain.run('finishUpload', { id: file.id });
  const made = await domain.run<AnyRow>('createImport', { recordType: 'Contact', file: file.id });
  await domain.run('mapImport', { id: made.id, rules, matchKeys: ['email'] });
  await domain.settle();
  onBus = [];
  await domain.run('runImport', { id: made.id });
  await domain.settle();
  await workOff(domain);
  return onBus;
};

/** How a rule of somebody outside leaves alone what comes in masses. */
const isHeard = compilePattern({ detail: { silent: [{ exists: false }] } });
const heard = (events: readonly DomainEvent[]) => events.filter((detail) => isHeard({ detail }));

describe('contacts that are imported', () => {
  it('IMP-02 are told of by one event that sums them up, and by none that a rule would act on', async () => {
    const events = await enter(lines.join('\n'));
    const ofContacts = events.filter(({ record }) => record.type === 'Contact');
    expect(ofContacts).toHaveLength(4);
    expect(heard(ofContacts)).toEqual([]);
    const summaries = heard(events).filter(
      ({ type, data }) => type === 'job.completed' && data?.['name'] === 'runImport',
    );
    expect(summaries).toHaveLength(1);
    expect(summaries[0]?.data).toMatchObject({ counts: { created: 4, updated: 0, failed: 0 } });
    expect(new Set(heard(events).map(({ record }) => record.type))).toEqual(
      new Set(['Import', 'Job', 'DuplicateCandidate']),
    );
    expect(heard(events).filter(({ type }) => type === 'import.completed')).toHaveLength(1);
  });

  it('IMP-02 are told of once, also when the same table comes again', async () => {
    await enter(lines.join('\n'));
    const again = await enter(lines.join('\n'));
    expect(again.filter(({ record }) => record.type === 'Contact' && record.version === 1)).toHaveLength(1);
    const [summary] = again.filter(({ type, data }) => type === 'job.completed' && data?.['name'] === 'runImport');
    expect(summary?.data).toMatchObject({ counts: { created: 1, unchanged: 3 } });
  });

  it('IMP-02 are looked at for duplicates once all of them are there', async () => {
    await enter(lines.join('\n'));
    const { rows } = await domain.reader().data(DuplicateCandidate).list({ first: 10 });
    expect(rows).toMatchObject([{ type: 'Contact', status: 'OPEN' }]);
  });
});
