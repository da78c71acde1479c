// The paper of an electronic document (RIDE): the form is the SRI's, so it is drawn by hand.
import type { Context } from '#kernel';
import { letterheadOf, renderPages, type Letterhead } from '#modules/platform/pdf';
import { sriDocument } from './document-model.operations.ts';
import type { ElectronicDocumentRow } from './electronic-document.entity.ts';
import { drawRide } from './ride-drawing.operations.ts';
import { rideOf, type Bars, type Ride } from './ride.rules.ts';
import { readableTime } from './signing.rules.ts';

/** The paper of an authorised document, as a PDF. */
export const renderRide = async (
  context: Context,
  row: ElectronicDocumentRow,
  authorisedAt: string,
): Promise<Uint8Array> => {
  const [document, head] = await Promise.all([sriDocument(context, row), letterheadOf(context)]);
  return ridePdf(rideOf(document, readableTime(authorisedAt)), head, authorisedAt);
};

/** The paper as a PDF: the same paper is the same bytes. */
export const ridePdf = async (ride: Ride, head: Letterhead, madeAt: string): Promise<Uint8Array> => {
  const bars = await barsOf(ride.accessKey);
  return renderPages(
    { title: ride.title, number: ride.number, madeAt, author: ride.issuer.name },
    head,
    { locale: 'es', country: 'EC', timeZone: 'America/Guayaquil' },
    (pen) => {
      drawRide(pen, ride, bars);
    },
  );
};

const barsOf = async (text: string): Promise<Bars> => {
  const { code128, drawingSVG } = await import('bwip-js/node');
  const svg = code128({ bcid: 'code128', text, height: 12 }, drawingSVG());
  const [, width = '0', height = '0'] = /viewBox="0 0 (\d+) (\d+)"/.exec(svg) ?? [];
  const strokes = [...svg.matchAll(/stroke-width="([\d.]+)" d="([^"]+)"/g)].map(([, weight = '0', path = '']) => ({
    weight: Number(weight),
    path,
  }));
  return { width: Number(width), height: Number(height), strokes };
};
