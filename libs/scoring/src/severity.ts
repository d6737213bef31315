/** How bad an issue is for the customer, as its source says. */
export type Severity = 'low' | 'normal' | 'high' | 'critical';

/** From mild to bad. */
export const SEVERITIES: readonly Severity[] = ['low', 'normal', 'high', 'critical'];
