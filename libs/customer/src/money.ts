/** Decimal places of the minor unit by ISO 4217, where they are not two. */
const PLACES: { readonly [currency: string]: number } = {
  ...Object.fromEntries(
    'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF'.split(' ').map((code) => [code, 0]),
  ),
  ...Object.fromEntries('BHD IQD JOD KWD LYD OMR TND'.split(' ').map((code) => [code, 3])),
  ...{ CLF: 4, UYW: 4 },
};

/**
 * A decimal amount in the minor unit of its currency (cents), rounded half up; null where it is too large to be counted
 * exactly.
 */
export function minorUnits(amount: string, currency: string): number | null {
  const places = Object.hasOwn(PLACES, currency) ? PLACES[currency]! : 2;
  const [whole = '', fraction = ''] = amount.split('.');
  const kept = Number(whole + fraction.slice(0, places).padEnd(places, '0'));
  const units = kept + (Number(fraction[places] ?? 0) >= 5 ? 1 : 0);
  return Number.isSafeInteger(units) ? units : null;
}
