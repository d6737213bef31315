/** The dimensions of measures over the table of issues. */
export const ISSUE_DIMENSIONS = { category: 'category', severity: 'severity', team: 'team' } as const;
