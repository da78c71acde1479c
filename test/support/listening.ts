// Somebody who listens to notices, as a page in a browser does: server-sent events with a token.
import type { Caller, TestCloud } from './cloud.ts';

/** A notice as it is heard. */
export type Heard = {
  readonly id: string;
  readonly type: string;
  readonly record: { readonly type: string; readonly id: string; readonly version: number };
};

/** An open ear. */
export type Listening = {
  readonly channel: string;
  /** What was heard so far. */
  readonly heard: readonly Heard[];
  /** The first notice of this kind, heard already or to come. */
  next(isIt: (notice: Heard) => boolean): Promise<Heard>;
  stop(): void;
};

type Door = { readonly realtime: { readonly url: string; readonly channel: string } };

/** Listens on one's own channel, or tries another one. @throws Error with the status of the refusal */
export const listenTo = async (cloud: TestCloud, caller: Caller, wanted?: string): Promise<Listening> => {
  const { data } = await cloud.graphql<Door>('{ realtime { url channel } }', {}, wanted === undefined ? caller : {});
  const door = data?.realtime ?? { url: '', channel: '' };
  const channel = wanted ?? door.channel;
  const abort = new AbortController();
  const body = await opened(`${door.url}?${new URLSearchParams({ channel }).toString()}`, caller, abort.signal);
  const heard: Heard[] = [];
  const waiting = new Set<() => void>();
  hear(body, (notice) => {
    heard.push(notice);
    for (const look of [...waiting]) look();
  });
  return {
    channel,
    heard,
    next: (isIt) => firstOf(heard, waiting, isIt),
    stop: () => {
      abort.abort();
    },
  };
};

const opened = async (
  url: string,
  { token, key }: Caller,
  signal: AbortSignal,
): Promise<ReadableStream<Uint8Array>> => {
  const answer = await fetch(url, { headers: { authorization: `Bearer ${token ?? key ?? ''}` }, signal });
  if (answer.ok && answer.body) return answer.body;
  throw new Error(`Refused: ${answer.status} ${await answer.text()}`);
};

const hear = (body: ReadableStream<Uint8Array>, told: (notice: Heard) => void): void => {
  const read = async (): Promise<void> => {
    let rest = '';
    for await (const text of body.pipeThrough(new TextDecoderStream())) {
      const blocks = `${rest}${text}`.split('\n\n');
      rest = blocks.pop() ?? '';
      for (const block of blocks) if (block.startsWith('data: ')) told(JSON.parse(block.slice(6)) as Heard);
    }
  };
  // A stream ends by being left.
  read().catch(() => undefined);
};

const firstOf = (
  heard: readonly Heard[],
  waiting: Set<() => void>,
  isIt: (notice: Heard) => boolean,
): Promise<Heard> => {
  const { promise, resolve } = Promise.withResolvers<Heard>();
  const look = (): void => {
    const found = heard.find(isIt);
    if (!found) return;
    waiting.delete(look);
    resolve(found);
  };
  waiting.add(look);
  look();
  return promise;
};
