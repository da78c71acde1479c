import type { Context, Piece } from '#kernel';
import type { ChannelAccountRow, Inbound } from '#modules/engagement/channels';
import { takeIn } from './receive.operations.ts';

/** What is written at once: with media a message is up to four writes, and a transaction takes 100. */
const mostMessages = 20;
const mostNews = 40;

const chunksOf = <Item>(items: readonly Item[], size: number): readonly (readonly Item[])[] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, nth) => items.slice(nth * size, (nth + 1) * size));

/** What can be written side by side: of each person the next messages, in the order in which they came; news after all of them. */
const roundsOf = ({ messages, news }: Inbound): readonly (readonly Inbound[])[] => {
  const ofEach = [...Map.groupBy(messages, ({ from }) => from).values()].map((all) => chunksOf(all, mostMessages));
  const most = Math.max(0, ...ofEach.map(({ length }) => length));
  const rounds = Array.from({ length: most }, (_, nth) =>
    ofEach.flatMap((chunks) => (chunks[nth] ? [{ messages: chunks[nth], news: [] }] : [])),
  );
  return [...rounds, ...chunksOf(news, mostNews).map((some) => [{ messages: [], news: some }])];
};

/**
 * Takes in a request of a provider, which may tell of a thousand things at once, in parts that are each written as one. Where
 * one fails all fails, after the others of its round: the provider tells again, and finds done what was. Answers how many
 * messages were new.
 */
export const takeInParts = async (context: Context, line: ChannelAccountRow, inbound: Inbound): Promise<number> => {
  let taken = 0;
  for (const [nth, round] of roundsOf(inbound).entries()) {
    const counts = round.map(() => 0);
    const pieces = round.map((part, index): Piece => ({
      key: `part ${String(nth)} ${String(index)}`,
      run: async (unit) => {
        counts[index] = await takeIn(unit, line, part);
        return undefined;
      },
    }));
    const failed = (await context.together(pieces)).find(({ status }) => status === 'failed');
    if (failed) throw failed.error;
    taken += counts.reduce((sum, count) => sum + count, 0);
  }
  return taken;
};
