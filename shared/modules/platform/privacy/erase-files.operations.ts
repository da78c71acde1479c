import type { Context, Item } from '#kernel';
import { identityOf } from '#kernel/rows';
import { tombstone } from './erasing.operations.ts';
import { eraser, mentions, type Traces } from './traces.rules.ts';

/** Bytes of files that are text may be rewritten; of others only those of the person's own records go. */
const textual = /^(text\/|application\/(json|x-ndjson|xml))/;
const largestText = 20 * 1024 * 1024;

/**
 * Takes people out of a stored file: the bytes of records that have gone with them are deleted, also those in backups; texts
 * are rewritten. Answers whether there was anything.
 */
export const cleanFile = async (
  { ports: { files } }: Pick<Context, 'ports'>,
  key: string,
  traces: Traces,
  gone: ReadonlySet<string>,
): Promise<boolean> => {
  if (gone.has(key.slice(key.lastIndexOf('/') + 1))) {
    await files.delete(key);
    return true;
  }
  const head = await files.head(key);
  if (!head || !textual.test(head.contentType) || head.size > largestText) return false;
  const body = Buffer.from((await files.get(key)) ?? new Uint8Array()).toString('utf8');
  const cleaned = cleanedText(body, head.contentType, traces, gone);
  if (cleaned === body) return false;
  await files.put(key, cleaned, head.contentType);
  return true;
};

/** What JSON says is cleaned value by value, so that it stays JSON. */
const cleanedText = (body: string, contentType: string, traces: Traces, gone: ReadonlySet<string>): string => {
  const { text, value } = eraser(traces);
  const cleanedJson = (json: string): string => {
    if (gone.has(recordIn(json))) return cleanedItem(JSON.parse(json) as Item);
    if (!mentions(traces, json)) return json;
    const parsed = parse(json);
    if (parsed === undefined) return text(json);
    const [before, after] = [said(parsed), said(value(parsed))];
    return before === after ? json : after;
  };
  if (contentType.startsWith('application/x-ndjson')) return body.split('\n').map(cleanedJson).join('\n');
  if (contentType.startsWith('application/json')) return cleanedJson(body);
  return mentions(traces, body) ? text(body) : body;
};

const said = (value: unknown): string => JSON.stringify(value);

const parse = (json: string): unknown => {
  try {
    return JSON.parse(json) as unknown;
  } catch {
    return undefined;
  }
};

/** The record of which a line of a backup holds an item. */
const recordIn = (line: string): string => identityOf(/"pk":"([^"]+)"/.exec(line)?.[1] ?? '').id;

/** Of a record that is gone a backup keeps what its log keeps. */
const cleanedItem = (item: Item): string => (item.sk.startsWith('v#') ? said(tombstone(item)) : '');
