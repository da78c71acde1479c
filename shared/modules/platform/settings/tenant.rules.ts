import type { Locale, Problem } from '#kernel';
import { isCurrency } from '#kernel/currencies';

const zones = new Map<string, boolean>();

/** Whether this is an IANA time zone. */
export const isTimeZone = (name: string): boolean => {
  const known = zones.get(name) ?? understands(name);
  if (zones.size < 1000) zones.set(name, known);
  return known;
};

const understands = (timeZone: string): boolean => {
  try {
    // Offsets such as +05:00 are understood too, but know no daylight saving.
    return !/^[+-]/.test(timeZone) && new Intl.DateTimeFormat('en', { timeZone }).format(0) !== '';
  } catch {
    return false;
  }
};

/** The problem of a time zone that does not exist. */
export const timeZoneProblems = (timeZone: string | undefined): readonly Problem[] =>
  timeZone === undefined || isTimeZone(timeZone)
    ? []
    : [
        {
          code: 'BAD_INPUT',
          message: `${timeZone} is no IANA time zone, such as America/Guayaquil.`,
          path: ['timeZone'],
        },
      ];

/** What a country usually has; a tenant may settle otherwise. */
export type CountryCustoms = { readonly currency: string; readonly timeZone: string; readonly locale: Locale };

const customs: Readonly<Record<string, CountryCustoms>> = {
  AR: { currency: 'ARS', timeZone: 'America/Argentina/Buenos_Aires', locale: 'es' },
  BO: { currency: 'BOB', timeZone: 'America/La_Paz', locale: 'es' },
  CL: { currency: 'CLP', timeZone: 'America/Santiago', locale: 'es' },
  CO: { currency: 'COP', timeZone: 'America/Bogota', locale: 'es' },
  CR: { currency: 'CRC', timeZone: 'America/Costa_Rica', locale: 'es' },
  DE: { currency: 'EUR', timeZone: 'Europe/Berlin', locale: 'en' },
  DO: { currency: 'DOP', timeZone: 'America/Santo_Domingo', locale: 'es' },
  EC: { currency: 'USD', timeZone: 'America/Guayaquil', locale: 'es' },
  ES: { currency: 'EUR', timeZone: 'Europe/Madrid', locale: 'es' },
  GB: { currency: 'GBP', timeZone: 'Europe/London', locale: 'en' },
  GT: { currency: 'GTQ', timeZone: 'America/Guatemala', locale: 'es' },
  HN: { currency: 'HNL', timeZone: 'America/Tegucigalpa', locale: 'es' },
  MX: { currency: 'MXN', timeZone: 'America/Mexico_City', locale: 'es' },
  NI: { currency: 'NIO', timeZone: 'America/Managua', locale: 'es' },
  PA: { currency: 'USD', timeZone: 'America/Panama', locale: 'es' },
  PE: { currency: 'PEN', timeZone: 'America/Lima', locale: 'es' },
  PY: { currency: 'PYG', timeZone: 'America/Asuncion', locale: 'es' },
  SV: { currency: 'USD', timeZone: 'America/El_Salvador', locale: 'es' },
  US: { currency: 'USD', timeZone: 'America/New_York', locale: 'en' },
  UY: { currency: 'UYU', timeZone: 'America/Montevideo', locale: 'es' },
  VE: { currency: 'VES', timeZone: 'America/Caracas', locale: 'es' },
};

/** What a country usually has; the dollar, UTC and English where it is not known. */
export const customsOf = (country: string): CountryCustoms =>
  customs[country] ?? { currency: 'USD', timeZone: 'UTC', locale: 'en' };

type Settled = { readonly timeZone: string; readonly currency: string; readonly corsOrigins?: readonly string[] };

/** What is wrong with settings. */
export const settingProblems = (tenant: Settled): readonly Problem[] => [
  ...timeZoneProblems(tenant.timeZone),
  ...(isCurrency(tenant.currency)
    ? []
    : [{ code: 'BAD_INPUT', message: `${tenant.currency} is no ISO 4217 currency.`, path: ['currency'] }]),
  ...(tenant.corsOrigins ?? []).flatMap((origin, index) =>
    URL.canParse(origin) && new URL(origin).origin === origin
      ? []
      : [
          {
            code: 'BAD_INPUT',
            message: 'An origin is scheme, host and port: https://app.example.com.',
            path: ['corsOrigins', index],
          },
        ],
  ),
];
