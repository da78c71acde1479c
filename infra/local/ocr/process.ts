// The process that reads pictures with tesseract.js. It is large, so that its parent ends it when it is idle; it ends by
// itself when the parent is gone.
import { mkdirSync } from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { imageSize } from 'image-size';
import { createWorker, type Worker } from 'tesseract.js';
import { seenLines, type SeenLine } from './seen.ts';

/** A picture to read; messages are answered by their number. */
export type ToOcr = { readonly number: number; readonly picture: Uint8Array };
/** The lines, or why there are none. */
export type FromOcr = { readonly number: number; readonly lines?: readonly SeenLine[]; readonly problem?: string };

const languages = ['spa', 'eng'];

/** tesseract.js wants all languages in one folder; npm brings each in its own. */
const gatherLanguages = async (folder: string): Promise<string> => {
  const { resolve } = createRequire(import.meta.url);
  mkdirSync(folder, { recursive: true });
  for (const language of languages) {
    const data = dirname(resolve(`@tesseract.js-data/${language}/package.json`));
    const file = `${language}.traineddata.gz`;
    await copyFile(join(data, '4.0.0_best_int', file), join(folder, file));
  }
  return folder;
};

const open = async (): Promise<Worker> =>
  createWorker(languages, 1, {
    langPath: await gatherLanguages(process.argv[2] ?? ''),
    cacheMethod: 'none',
    // A picture that cannot be read is answered to who asked for it.
    errorHandler: () => undefined,
  });

const worker = open();
// Whoever asks hears of it.
worker.catch(() => undefined);

const read = async (picture: Uint8Array): Promise<readonly SeenLine[]> => {
  const { recognize } = await worker;
  const { width, height } = imageSize(picture);
  const { data } = await recognize(Buffer.from(picture), { rotateAuto: true }, { blocks: true, text: false });
  const rows = (data.blocks ?? [])
    .flatMap(({ paragraphs }) => paragraphs)
    .flatMap(({ lines }) => lines.map(({ words }) => words));
  return seenLines(rows, { width, height, turned: data.rotateRadians ?? 0 });
};

const answer = (message: FromOcr): void => {
  process.send?.(message);
};

process.on('message', ({ number, picture }: ToOcr) => {
  read(picture).then(
    (lines) => {
      answer({ number, lines });
    },
    (error: unknown) => {
      answer({ number, problem: error instanceof Error ? error.message : String(error) });
    },
  );
});
process.on('disconnect', () => process.exit());
