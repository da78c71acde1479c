// What people send along, as providers keep it for us: the same small picture under every id, but for those that begin with `gone`.

const picture = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
const type = 'image/png';

/** What a provider answers to who asks for media: words about it, or its bytes; undefined where it has none. */
export type MediaAnswer =
  { readonly json: unknown } | { readonly bytes: Uint8Array; readonly type: string } | undefined;

type Door = { readonly path: RegExp; answer(id: string): MediaAnswer };

const bytes = (): MediaAnswer => ({ bytes: picture, type });

const doors: readonly Door[] = [
  { path: /^\/graph\/v[\d.]+\/kept\/([^/]+)$/, answer: bytes },
  {
    path: /^\/graph\/v[\d.]+\/([^/]+)$/,
    answer: (id) => ({
      json: { id, mime_type: type, file_size: picture.length, url: `https://graph.facebook.com/v23.0/kept/${id}` },
    }),
  },
  {
    path: /^\/telegram\/bot[^/]+\/getFile\?file_id=([^&]+)$/,
    answer: (id) => ({ json: { ok: true, result: { file_path: `kept/${id}`, file_size: picture.length } } }),
  },
  { path: /^\/telegram\/file\/bot[^/]+\/kept\/([^/]+)$/, answer: bytes },
  { path: /^\/own\/kept\/([^/]+)$/, answer: bytes },
];

/** What a GET of a path with its query is answered. */
export const mediaAt = (path: string): MediaAnswer => {
  for (const door of doors) {
    const id = door.path.exec(path)?.[1];
    if (id !== undefined) return id.startsWith('gone') ? undefined : door.answer(id);
  }
  return undefined;
};

/** End User Messaging puts what it has where the caller says, and tells its size in KB. */
export const putMedia = async (asked: Readonly<Record<string, unknown>>): Promise<unknown> => {
  const to = asked['destinationS3PresignedUrl'] as
    { readonly url: string; readonly headers: Readonly<Record<string, string>> } | undefined;
  if (to) await fetch(to.url, { method: 'PUT', headers: to.headers, body: new Uint8Array(picture) });
  return { mimeType: type, fileSize: 1 };
};
