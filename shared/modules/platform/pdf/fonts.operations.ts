// The fonts of what is printed, read once in a process: reading them was three quarters of the time of a document.
import { createRequire } from 'node:module';
import type { Font } from 'fontkit';

const { resolve } = createRequire(import.meta.url);
/** Noto Sans: Latin, Greek and Cyrillic with every accent. Of it, a PDF holds the letters that it shows. */
export const fontFile = {
  plain: () => resolve('@expo-google-fonts/noto-sans/400Regular/NotoSans_400Regular.ttf'),
  bold: () => resolve('@expo-google-fonts/noto-sans/700Bold/NotoSans_700Bold.ttf'),
} as const;

/** PDFKit takes opened fonts too, which its types do not say. */
type Fonts = Readonly<Record<keyof typeof fontFile, PDFKit.Mixins.PDFFontSource & string>>;

let read: Promise<Readonly<Record<keyof Fonts, Font>>> | undefined;

/** The fonts for one document. */
export const openFonts = async (): Promise<Fonts> => {
  const { plain, bold } = await (read ??= readFonts());
  return { plain: withOwnGlyphs(plain), bold: withOwnGlyphs(bold) };
};

const readFonts = async () => {
  const { open } = await import('fontkit');
  const [plain, bold] = await Promise.all([open(fontFile.plain()), open(fontFile.bold())]);
  return { plain: plain as Font, bold: bold as Font };
};

/**
 * Documents share the tables of a font, but not its glyphs: fontkit keeps each with the letter for which it was asked first, even if
 * that was none but an N as a part of Ñ; and by its letter a glyph is found and copied.
 */
const withOwnGlyphs = (font: Font): Fonts['plain'] => Object.create(font, { _glyphs: { value: {} } }) as never;
