// The tax authority of Ecuador in the local cloud: takes documents, decides on them, and fails in every way that the real one
// does when a test asks for it. What it has taken is kept.
import type { LocalClock } from '../clock.ts';
import type { Store } from '../store.ts';
import type { Finding, Handed } from './sri-checks.ts';

/** What a test asks for, one for each call: a code of the guide, or a way to fail. */
export type Script = 'DOWN' | 'FAULT' | 'HANG_UP' | 'EMPTY' | 'PENDING' | `${number}`;

/** What became of a call: an answer, or none. */
export type Outcome =
  | { readonly state: 'DOWN' | 'FAULT' | 'HANG_UP' | 'EMPTY' | 'PENDING' | 'RECEIVED' }
  | { readonly state: 'RETURNED' | 'REFUSED'; readonly finding: Finding; readonly key: string }
  | { readonly state: 'AUTHORISED'; readonly key: string; readonly at: string; readonly xml: string };

/** The double. `expect` says how the next calls end; after those it does its work. */
export type SriDouble = {
  receive(xml: string): Promise<Outcome>;
  decide(key: string): Promise<Outcome>;
  expect(scripts: Readonly<Record<string, unknown>>): unknown;
  documents(): readonly { readonly key: string; readonly times: number; readonly authorisedAt: string | null }[];
};

/** Opens it on the durable memory. */
export function openSriDouble(store: Store, clock: LocalClock): SriDouble {
  const kept = registerOf(store);
  const next = { reception: [] as Script[], authorisation: [] as Script[] };
  const now = (): Date => new Date(clock.now());
  return {
    receive: async (xml) => {
      const script = next.reception.shift();
      if (script === 'DOWN' || script === 'FAULT') return { state: script };
      // Its parser is loaded at the first document, not at the start.
      const { readHanded } = await import('./sri-checks.ts');
      const handed = readHanded(xml, now());
      if ('code' in handed) return { state: 'RETURNED', finding: handed, key: '' };
      return taken(handed, script, kept);
    },
    decide: async (key) => {
      const script = next.authorisation.shift();
      if (isWay(script)) return { state: script };
      const handed = kept.find(key);
      if (!handed) return { state: 'EMPTY' };
      const { judge } = await import('./sri-checks.ts');
      const finding = script === undefined ? judge(handed) : { code: script, text: `ERROR ${script}` };
      if (finding) {
        kept.forget(key);
        return { state: 'REFUSED', finding, key };
      }
      return { state: 'AUTHORISED', key, at: kept.authorise(key, now().toISOString()), xml: handed.xml };
    },
    expect: (scripts) => {
      for (const service of ['reception', 'authorisation'] as const)
        if (Array.isArray(scripts[service])) next[service] = scripts[service].map(String) as Script[];
      return next;
    },
    documents: () => kept.all(),
  };
}

type Way = Extract<Outcome, { readonly state: Script }>['state'];
const ways: readonly string[] = ['DOWN', 'FAULT', 'HANG_UP', 'EMPTY', 'PENDING'];
const isWay = (script: Script | undefined): script is Way => script !== undefined && ways.includes(script);

/** 43 and 70 say that the document is there, and so it is; a connection that breaks leaves open what was said. */
const taken = (handed: Handed, script: Script | undefined, kept: Register): Outcome => {
  const { key } = handed;
  if (script !== undefined && !['43', '70', 'HANG_UP'].includes(script))
    return { state: 'RETURNED', finding: { code: script, text: `ERROR ${script}` }, key };
  const other = kept.holderOf(handed.series);
  if (other !== undefined && other !== key)
    return { state: 'RETURNED', finding: { code: '45', text: 'ERROR SECUENCIAL REGISTRADO' }, key };
  kept.count(handed);
  if (script === 'HANG_UP') return { state: script };
  if (script === '70')
    return { state: 'RETURNED', finding: { code: script, text: 'CLAVE DE ACCESO EN PROCESAMIENTO' }, key };
  return script === '43' || other === key
    ? { state: 'RETURNED', finding: { code: '43', text: 'CLAVE ACCESO REGISTRADA' }, key }
    : { state: 'RECEIVED' };
};

type Register = ReturnType<typeof registerOf>;

const registerOf = (store: Store) => {
  store.exec(
    'CREATE TABLE IF NOT EXISTS sri_documents (key TEXT PRIMARY KEY, series TEXT NOT NULL UNIQUE, day TEXT NOT NULL, ' +
      'xml TEXT NOT NULL, times INTEGER NOT NULL, authorised_at TEXT) WITHOUT ROWID',
  );
  return {
    holderOf: (series: string): string | undefined => {
      const row = store.prepare('SELECT key FROM sri_documents WHERE series = ?').get(series);
      return row && String(row['key']);
    },
    find: (key: string): Handed | undefined => {
      const row = store.prepare('SELECT series, day, xml FROM sri_documents WHERE key = ?').get(key);
      return row && { key, series: String(row['series']), issuedOn: String(row['day']), xml: String(row['xml']) };
    },
    /** Keeps the first of several; counts how often it came. */
    count: ({ key, series, issuedOn, xml }: Handed): void => {
      store
        .prepare(
          'INSERT INTO sri_documents (key, series, day, xml, times) VALUES (?, ?, ?, ?, 1) ON CONFLICT (key) DO UPDATE SET times = times + 1',
        )
        .run(key, series, issuedOn, xml);
    },
    forget: (key: string): void => {
      store.prepare('DELETE FROM sri_documents WHERE key = ?').run(key);
    },
    /** When it was authorised: the first time counts. */
    authorise: (key: string, at: string): string => {
      store.prepare('UPDATE sri_documents SET authorised_at = coalesce(authorised_at, ?) WHERE key = ?').run(at, key);
      return String(store.prepare('SELECT authorised_at FROM sri_documents WHERE key = ?').get(key)?.['authorised_at']);
    },
    all: () =>
      store
        .prepare('SELECT key, times, authorised_at FROM sri_documents ORDER BY key')
        .all()
        .map((row) => ({
          key: String(row['key']),
          times: Number(row['times']),
          authorisedAt: row['authorised_at'] === null ? null : String(row['authorised_at']),
        })),
  };
};
