import { module } from '#kernel';
import { history, timeline } from './timeline.operations.ts';

/** What happened, as people read it. */
export const timelines = module('platform/timeline', { operations: [timeline, history] });
export {
  eventFields,
  readEntries,
  recordsOf,
  showEntries,
  showEvent,
  timelineEntries,
  type TimelinePage,
} from './entries.operations.ts';
export { history, timeline } from './timeline.operations.ts';
