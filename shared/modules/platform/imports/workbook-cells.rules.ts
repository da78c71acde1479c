/** How a cell says its value: a number is a day where its style says so. */
export type CellKind = { readonly type: string; readonly isDate: boolean; readonly is1904: boolean };

/** The value of a cell as text, as people type it. */
export const cellText = ({ type, isDate, is1904 }: CellKind, value: string, shared: readonly string[]): string => {
  switch (type) {
    case 's':
      return shared[Number(value)] ?? '';
    case 'b':
      return value === '1' ? 'TRUE' : value === '0' ? 'FALSE' : '';
    case 'e':
      return '';
    case 'n':
      return value === '' ? '' : isDate ? dayOf(Number(value), is1904) : numberOf(value);
    default:
      return value;
  }
};

/** `1234.5600000000001` is 1234.56, and `1E+3` is 1000: what the sheet shows has 15 digits. */
const numberOf = (value: string): string => {
  if (/^-?\d{1,15}$/.test(value)) return value;
  const number = Number(Number(value).toPrecision(15));
  return Number.isInteger(number) && Math.abs(number) < 1e21 ? BigInt(number).toString() : String(number);
};

/** Days since the end of 1899, which took 1900 for a leap year; or since 1904. */
const dayOf = (serial: number, is1904: boolean): string => {
  if (!Number.isFinite(serial)) return '';
  const days = is1904 ? serial + 1462 : serial < 60 ? serial + 1 : serial;
  const moment = new Date(Math.round((days - 25_569) * 86_400) * 1000);
  if (Number.isNaN(moment.getTime())) return '';
  const text = moment.toISOString().slice(0, 19);
  if (serial < 1) return text.slice(11, 16);
  return text.endsWith('T00:00:00') ? text.slice(0, 10) : text;
};

/** The numbers of built-in formats for days and hours. */
export const isDateNumber = (id: number): boolean =>
  (id >= 14 && id <= 22) || (id >= 27 && id <= 36) || (id >= 45 && id <= 47) || (id >= 50 && id <= 58);

/** Whether a format shows days or hours: it has their letters outside of quotes, brackets and escapes. */
export const isDateFormat = (code: string): boolean =>
  /[ymdh]/i.test(code.replace(/"[^"]*"|\\.|\[(?!h)[^\]]*\]|_.|\*./gi, '')) && !/general/i.test(code);
