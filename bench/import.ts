// The import budget: contacts of a table through the API of a local cloud, beside the same rows written by raw BatchWriteItem
// in the same run, and the time until all read models are done.
import { startTestCloud } from '#test/support/cloud';
import { begin, mapped, waitForJob } from '#test/support/importing';
import { startBareTable } from './product.ts';
import { atMost, type Row } from './rows.ts';

const drainSeconds = 600;

const tableOf = (count: number): string => {
  const rows = Array.from({ length: count }, (_, index) => {
    const number = String(index).padStart(6, '0');
    return `Nombre${number},Apellido${number},contacto${number}@importado.ec,0991${number},Cargo ${String(index % 50)}`;
  });
  return `nombre,apellido,correo,celular,cargo\n${rows.join('\n')}\n`;
};

const rules = [
  { field: 'firstName', column: 'nombre' },
  { field: 'lastName', column: 'apellido' },
  { field: 'email', column: 'correo' },
  { field: 'phone', column: 'celular' },
  { field: 'jobTitle', column: 'cargo' },
];

/** The rows of the budget for so many contacts. */
export const importRows = async (count: number): Promise<readonly Row[]> => {
  const raw = await rawSeconds(count);
  const cloud = await startTestCloud();
  try {
    const plan = { rules, matchKeys: ['email', 'phone'] };
    const id = await mapped(cloud, 'Contact', 'contacts.csv', tableOf(count), plan);
    const from = performance.now();
    const job = await begin(cloud, id);
    const { counts } = await waitForJob(cloud, job, undefined, drainSeconds);
    const entered = (performance.now() - from) / 1000;
    await cloud.idle(drainSeconds);
    const done = (performance.now() - from) / 1000;
    const about = `import of ${count.toLocaleString('en')} contacts`;
    return [
      atMost(`${about}, beside raw BatchWriteItem of the rows`, { budget: 1.6, measured: entered / raw, unit: 'x' }),
      atMost(`${about}, with all read models`, { budget: drainSeconds, measured: done, unit: 's' }),
      atMost(`${about}, rows that did not enter`, { budget: 0, measured: count - counts.created, unit: 'rows' }),
    ];
  } finally {
    await cloud.stop();
  }
};

/** Seconds that the engine takes for items like those rows, written by BatchWriteItem alone. */
const rawSeconds = async (count: number): Promise<number> => {
  const { table, stop } = await startBareTable();
  try {
    const items = Array.from({ length: count }, (_, index) => itemLike(index));
    const from = performance.now();
    await table.batchWrite(items.map((item) => ({ kind: 'put', item })));
    return (performance.now() - from) / 1000;
  } finally {
    await stop();
  }
};

/** A contact's row as the table holds it: its size and the indexes that it is in. */
const itemLike = (index: number) => {
  const id = `con_${String(index).padStart(26, '0')}`;
  const [tenant, at] = [`ten_${'0'.repeat(26)}`, '2026-11-22T15:00:00.000Z'];
  const email = `contacto${String(index)}@importado.ec`;
  const phone = `+593991${String(index).padStart(6, '0')}`;
  const name = `Nombre${String(index)} Apellido${String(index)}`;
  return {
    pk: `${tenant}#${id}`,
    sk: 'row',
    entity: 'Contact',
    id,
    version: 1,
    type: 'PERSON',
    firstName: `Nombre${String(index)}`,
    lastName: `Apellido${String(index)}`,
    name,
    email,
    emails: [{ address: email, primary: true }],
    phone,
    phones: [{ number: phone, primary: true }],
    jobTitle: `Cargo ${String(index % 50)}`,
    createdAt: at,
    updatedAt: at,
    createdBy: `key_${'0'.repeat(26)}`,
    updatedBy: `key_${'0'.repeat(26)}`,
    event: {
      id: `evt_${String(index).padStart(26, '0')}`,
      type: 'contact.created',
      at,
      by: `key_${'0'.repeat(26)}`,
      correlationId: `cor_${'0'.repeat(26)}`,
      silent: true,
    },
    idempotencyKey: String(index).padStart(43, '0'),
    gsi3pk: `${tenant}#Contact#${String(index % 4)}`,
    gsi3sk: `${name.toLowerCase()}#${id}`,
    gsi5pk: `${tenant}#${email}`,
    gsi5sk: `Contact#${id}`,
  };
};
