// Business cards that nobody has: people and companies in several layouts, drawn as pictures with fonts from npm.
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Resvg } from '@resvg/resvg-js';
import type { Card } from './card-people.ts';

type Line = {
  readonly text: string;
  readonly x: number;
  readonly y: number;
  readonly size: number;
  readonly bold?: boolean;
  readonly end?: boolean;
  readonly middle?: boolean;
};
type Look = {
  readonly paper: string;
  readonly ink: string;
  readonly accent: string;
  readonly font: string;
  readonly turn: number;
};
type Layout = { readonly look: Look; lines(card: Card, at: (language: string) => string): readonly Line[] };

const plain: Look = { paper: '#ffffff', ink: '#1a1a1a', accent: '#1a1a1a', font: 'DejaVu Sans', turn: 0 };

/** Layouts of a card of 1050 x 600. `at` says a label in the card's language. */
const layouts: readonly Layout[] = [
  {
    look: plain,
    lines: (card, at) => [
      { text: card.name, x: 70, y: 120, size: 50, bold: true },
      { text: card.jobTitle, x: 70, y: 175, size: 30 },
      { text: card.company, x: 70, y: 270, size: 38 },
      { text: `${at('mobile')}: ${card.phone[0]}`, x: 70, y: 370, size: 28 },
      { text: card.email, x: 70, y: 415, size: 28 },
      { text: card.website, x: 70, y: 460, size: 28 },
      { text: `${card.address[0]}, ${card.address[1]}`, x: 70, y: 520, size: 26 },
    ],
  },
  {
    look: { ...plain, font: 'DejaVu Serif', accent: '#7a1f1f' },
    lines: (card, at) => [
      { text: card.company, x: 525, y: 110, size: 46, bold: true, middle: true },
      { text: card.name, x: 525, y: 250, size: 40, middle: true },
      { text: card.jobTitle, x: 525, y: 300, size: 28, middle: true },
      { text: `${at('phone')} ${card.phone[0]}`, x: 525, y: 400, size: 28, middle: true },
      { text: card.email, x: 525, y: 445, size: 28, middle: true },
      { text: card.address[0], x: 525, y: 500, size: 26, middle: true },
      { text: card.address[1], x: 525, y: 540, size: 26, middle: true },
    ],
  },
  {
    look: { ...plain, paper: '#16324f', ink: '#ffffff', accent: '#f2c14e' },
    lines: (card) => [
      { text: card.company.toUpperCase(), x: 70, y: 110, size: 40, bold: true },
      { text: card.name, x: 70, y: 290, size: 44 },
      { text: card.jobTitle, x: 70, y: 340, size: 28 },
      { text: `T ${card.phone[0]}`, x: 70, y: 430, size: 28 },
      { text: `E ${card.email}`, x: 70, y: 475, size: 28 },
      { text: `W ${card.website}`, x: 70, y: 520, size: 28 },
    ],
  },
  {
    look: { ...plain, font: 'DejaVu Sans Condensed', paper: '#f6f1e7' },
    lines: (card, at) => [
      { text: card.name, x: 60, y: 130, size: 46, bold: true },
      { text: card.jobTitle, x: 60, y: 180, size: 28 },
      { text: card.company, x: 990, y: 280, size: 34, end: true },
      { text: `${at('phone')}: ${card.phone[0]}`, x: 60, y: 420, size: 28 },
      { text: `Email: ${card.email}`, x: 60, y: 465, size: 28 },
      { text: card.website, x: 990, y: 540, size: 26, end: true },
    ],
  },
  {
    look: { ...plain, turn: 2.5 },
    lines: (card, at) => [
      { text: card.company, x: 990, y: 120, size: 40, bold: true, end: true },
      { text: card.name.toUpperCase(), x: 990, y: 260, size: 40, end: true },
      { text: card.jobTitle, x: 990, y: 310, size: 28, end: true },
      { text: `${card.phone[0]} (${at('mobile')})`, x: 990, y: 410, size: 28, end: true },
      { text: card.email, x: 990, y: 455, size: 28, end: true },
      { text: `${card.address[0]}, ${card.address[1]}`, x: 990, y: 520, size: 24, end: true },
    ],
  },
];

/** How many ways a card can be set in. */
export const layoutCount = layouts.length;

const labels: Readonly<Record<Card['language'], Readonly<Record<string, string>>>> = {
  es: { mobile: 'Móvil', phone: 'Tel.' },
  en: { mobile: 'Mobile', phone: 'Phone' },
};

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

const drawn = ({ text, x, y, size, bold, end, middle }: Line, { ink, accent }: Look): string =>
  `<text x="${String(x)}" y="${String(y)}" font-size="${String(size)}"` +
  ` fill="${bold ? accent : ink}" font-weight="${bold ? 'bold' : 'normal'}"` +
  ` text-anchor="${end ? 'end' : middle ? 'middle' : 'start'}">${escaped(text)}</text>`;

const fonts = dirname(createRequire(import.meta.url).resolve('dejavu-fonts-ttf/package.json'));
const fontFiles = ['Sans', 'Sans-Bold', 'Serif', 'Serif-Bold', 'SansCondensed', 'SansCondensed-Bold'].map((name) =>
  join(fonts, 'ttf', `DejaVu${name}.ttf`),
);

/** The card as a PNG. `scale` 1 is some 300 dots an inch. */
export const drawCard = (card: Card, layout: number, scale = 1): Uint8Array => {
  const { look, lines } = layouts[layout % layouts.length] ?? { look: plain, lines: () => [] };
  const texts = lines(card, (word) => labels[card.language][word] ?? word).map((line) => drawn(line, look));
  const svg =
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1050 600" width="1050" height="600">` +
    `<rect width="1050" height="600" fill="${look.paper}"/>` +
    `<g font-family="${look.font}" transform="rotate(${String(look.turn)} 525 300)">${texts.join('')}</g></svg>`;
  return new Resvg(svg, {
    font: { fontFiles, loadSystemFonts: false, defaultFontFamily: look.font },
    fitTo: { mode: 'zoom', value: scale },
  })
    .render()
    .asPng();
};
