/** Decimal places of the minor unit by ISO 4217, where they are not two. */
const PLACES: { readonly [currency: string]: number } = {
  ...Object.fromEntries(
    'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF'.split(' ').map((code) => [code, 0]),
  ),
  ...Object.fromEntries('BHD IQD JOD KWD LYD OMR TND'.split(' ').map((code) => [code, 3])),
  ...{ CLF: 4, UYW: 4 },
};

function placesOf(currency: string): number {
  return Object.hasOwn(PLACES, currency) ? PLACES[currency]! : 2;
}

/** An amount in the minor unit of its currency as a number of the currency itself: 1,999 cents are 19.99. */
export function majorUnits(minor: number, currency: string): number {
  return minor / Number(`1${'0'.repeat(placesOf(currency))}`);
}

/**
 * A decimal amount in the minor unit of its currency (cents), rounded half up; null where it is too large to be counted
 * exactly.
 */
export function minorUnits(amount: string, currency: string): number | null {
  const places = placesOf(currency);
  const [whole = '', fraction = ''] = amount.split('.');
  const kept = Number(whole + fraction.slice(0, places).padEnd(places, '0'));
  const units = kept + (Number(fraction[places] ?? 0) >= 5 ? 1 : 0);
  return Number.isSafeInteger(units) ? units : null;
}
