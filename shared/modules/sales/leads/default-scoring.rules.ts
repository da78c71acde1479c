/** How leads are scored where nothing else is settled (domain.md 14). */
export const defaultScoring = {
  fit: [
    { fact: 'COMPANY', points: 10 },
    { fact: 'PHONE', points: 5 },
    { fact: 'EMPLOYEES', min: 10, max: 49, points: 10 },
    { fact: 'EMPLOYEES', min: 50, points: 20 },
    {
      fact: 'ROLE',
      is: [
        'gerente',
        'director',
        'dueñ',
        'propietari',
        'presidente',
        'jefe',
        'manager',
        'owner',
        'chief',
        'head',
        'ceo',
      ],
      points: 15,
    },
    { fact: 'FREE_MAIL', points: -10 },
  ],
  signals: [
    { signal: 'REPLY', points: 15 },
    { signal: 'MEETING', points: 20 },
    { signal: 'PRICING_PAGE', points: 8 },
    { signal: 'OPEN', points: 1, cap: 3 },
    { signal: 'UNSUBSCRIBE', points: -30 },
  ],
  halfLifeDays: 14,
  gradeA: 75,
  gradeB: 50,
  gradeC: 25,
  qualifyAt: 75,
} as const;
