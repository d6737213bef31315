/** Ways in which a customer and the company meet. */
export const CHANNELS = [
  'phone',
  'in-person',
  'mail',
  'email',
  'chat',
  'web',
  'social',
  'messaging',
] as const;
export type Channel = (typeof CHANNELS)[number];

/** How much an issue hurts the customer, mildest first. */
export const SEVERITIES = ['low', 'normal', 'high', 'critical'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** The kinds of survey: satisfaction 1–5, recommendation 0–10, effort 1–7 (7 = easy), RATER dimensions 1–7. */
export const SURVEYS = ['csat', 'nps', 'ces', 'rater'] as const;
export type Survey = (typeof SURVEYS)[number];

/** The five dimensions of service quality (SERVQUAL). */
export const DIMENSIONS = ['reliability', 'assurance', 'tangibles', 'empathy', 'responsiveness'] as const;
export type Dimension = (typeof DIMENSIONS)[number];

/** What was promised to the customer. */
export const PROMISES = ['follow-up', 'delivery', 'callback', 'repair', 'refund'] as const;
export type PromiseKind = (typeof PROMISES)[number];

/** Days of the week, as business hours name them. */
export const WEEKDAYS = [
  'monday',
  'tuesday',
  'wednesday',
  'thursday',
  'friday',
  'saturday',
  'sunday',
] as const;
export type Weekday = (typeof WEEKDAYS)[number];

/** The value disciplines for which a scoring policy has ready-made weights. */
export const PRESETS = [
  'balanced',
  'customer-intimacy',
  'operational-excellence',
  'product-leadership',
] as const;
export type Preset = (typeof PRESETS)[number];
