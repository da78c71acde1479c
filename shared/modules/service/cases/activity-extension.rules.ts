import { optional, ref } from '#kernel';

/** What cases add to activities: the case that one is for. */
export const activityOfCase = { case: optional(ref('Case', { describes: 'For which case.' })) };
