/** The invented company of the demo: Birk & Daughters, outdoor gear by post, with a repair subscription. */
export const COMPANY = 'Birk & Daughters, outdoor gear';

export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** Who answers, by team. */
export const TEAMS = {
  counter: ['mara', 'tomas', 'ines'],
  workshop: ['olek', 'grete'],
  billing: ['joana'],
  logistics: ['sven', 'priya'],
} as const;

export type Team = keyof typeof TEAMS;

export const BOT = 'robin-bot';

export type Category = 'delivery' | 'billing' | 'product' | 'returns' | 'warranty' | 'account';

/** Which team solves what. */
export const TEAM_FOR: { readonly [category in Category]: Team } = {
  delivery: 'logistics',
  billing: 'billing',
  product: 'workshop',
  returns: 'logistics',
  warranty: 'workshop',
  account: 'counter',
};

const FIRST = [
  ...[
    'Aino',
    'Bela',
    'Carla',
    'Dario',
    'Edda',
    'Femi',
    'Greta',
    'Hamid',
    'Ilse',
    'Jonas',
    'Kaja',
    'Levi',
    'Mina',
  ],
  ...['Nils', 'Olga', 'Pavel', 'Rosa', 'Samir', 'Tilda', 'Umut', 'Vera', 'Wim', 'Yara', 'Zeno'],
];
const LAST = [
  ...[
    'Almqvist',
    'Bauer',
    'Castro',
    'Duval',
    'Eriksen',
    'Ferrari',
    'Gruber',
    'Horvat',
    'Ibsen',
    'Jansen',
    'Kowalski',
  ],
  ...[
    'Lindgren',
    'Moreau',
    'Novak',
    'Okafor',
    'Petrov',
    'Quist',
    'Rossi',
    'Sato',
    'Tamm',
    'Urban',
    'Virtanen',
  ],
];

/** The person behind the n-th customer; a name may come twice, as names do. */
export function personOf(n: number): { name: string; email: string } {
  const first = FIRST[(n * 7) % FIRST.length]!;
  const last = LAST[(n * 5 + Math.floor(n / 24)) % LAST.length]!;
  return { name: `${first} ${last}`, email: `${first}.${last}.${n}@example.org`.toLowerCase() };
}
