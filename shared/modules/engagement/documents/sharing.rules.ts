import type { Locale } from '#kernel';
import type { DocumentShareRow } from './document-share.entity.ts';

/** For how long a link works when nobody says it. */
export const shareDays = 30;

/** Downloads that are remembered. */
const kept = 100;

/** What opening the page changes. */
export const seen = (share: DocumentShareRow, at: string) => ({
  views: share.views + 1,
  firstViewedAt: share.firstViewedAt ?? at,
  lastViewedAt: at,
});

/** What fetching a document changes. */
export const fetched = (share: DocumentShareRow, file: string, at: string) => ({
  downloads: [...share.downloads, { file, at }].slice(-kept),
});

/** A size as people say it: 12 KB, 3.4 MB. */
export const sizeInWords = (bytes: number, locale: Locale): string => {
  const [value, unit] = bytes < 1_000_000 ? [Math.max(1, bytes / 1000), 'KB'] : [bytes / 1_000_000, 'MB'];
  return `${new Intl.NumberFormat(locale, { maximumFractionDigits: unit === 'MB' ? 1 : 0 }).format(value)} ${unit}`;
};
