/** A decimal number as a fraction of integers. */
function fractionOf(number: string): { numerator: bigint; denominator: bigint } {
  const [mantissa = '', exponent = '0'] = number.toLowerCase().split('e');
  const [whole = '', fraction = ''] = mantissa.split('.');
  const power = Number(exponent) - fraction.length;
  const scale = 10n ** BigInt(Math.abs(power));
  const digits = BigInt(whole + fraction);
  return power < 0
    ? { numerator: digits, denominator: scale }
    : { numerator: digits * scale, denominator: 1n };
}

/** Whether a double keeps a JSON number: its shortest text has the same value, in exact arithmetic. */
export function isExactNumber(number: string): boolean {
  const value = Number(number);
  if (!Number.isFinite(value)) return false;
  const [a, b] = [fractionOf(number), fractionOf(String(value))];
  return a.numerator * b.denominator === b.numerator * a.denominator;
}
