// ISO 4217: the currencies in use and how many decimals each has.

const inUse =
  'AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BHD BIF BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF CHW CLF CLP ' +
  'CNY COP COU CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS ' +
  'INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR ' +
  'MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD ' +
  'SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD USN UYI UYU UYW UZS VED VES VND VUV WST ' +
  'XAF XCD XCG XOF XPF YER ZAR ZMW ZWG';
/** Gone since 2023; documents of those years still name them. */
const lately = 'ANG BGN CUC HRK SLL ZWL';

const exceptions: Readonly<Record<number, string>> = {
  0: 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF',
  3: 'BHD IQD JOD KWD LYD OMR TND',
  4: 'CLF UYW',
};

const exponents = new Map<string, number>([
  ...`${inUse} ${lately}`.split(' ').map((code): [string, number] => [code, 2]),
  ...Object.entries(exceptions).flatMap(([exponent, codes]) =>
    codes.split(' ').map((code): [string, number] => [code, Number(exponent)]),
  ),
]);

/** Every currency code that money may have. */
export const currencies: readonly string[] = [...exponents.keys()].sort();

/** Whether the text is an ISO 4217 code of a currency that people pay with. */
export const isCurrency = (code: string): boolean => exponents.has(code);

/** Decimals of a currency: 2 for USD, 0 for CLP, 3 for KWD; undefined for an unknown code. */
export const exponentOf = (currency: string): number | undefined => exponents.get(currency);
