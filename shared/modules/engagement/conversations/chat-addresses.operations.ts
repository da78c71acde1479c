import type { Context } from '#kernel';
import { linkTo } from '#kernel/run-page';
import { escapeHtml } from '#modules/platform/links';
import type { ChannelAccountRow } from '#modules/engagement/channels';
import { chatPurposes } from './chat-words.rules.ts';

/** Where visitors write, and what a web site puts into its pages so that they write there. */
export const chatAddresses = async (context: Context, { id: record }: ChannelAccountRow, until: string) => {
  const [page, script] = await Promise.all(
    [chatPurposes.door, chatPurposes.script].map((purpose) => linkTo(context, { purpose, record, until })),
  );
  return { page: page ?? '', snippet: `<script src="${escapeHtml(script ?? '')}" async></script>` };
};
