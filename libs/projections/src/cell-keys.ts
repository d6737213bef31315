/*
 * The names of cells. Ids hold no control characters, so a line feed parts two of them without doubt.
 */

/** The cell of an issue. */
export const issueCell = (issueId: string): string => `issue:${issueId}`;

/** The cell that is there once a contact has been about an issue. */
export const issueContactCell = (issueId: string, contactId: string): string =>
  `issue-contact:${issueId}\n${contactId}`;

/** The cell of a contact. */
export const contactCell = (contactId: string): string => `contact:${contactId}`;

/** The cell of a contract. */
export const contractCell = (contractId: string): string => `contract:${contractId}`;

/** The cell of a promise. */
export const promiseCell = (promiseId: string): string => `promise:${promiseId}`;

/** The cell of what the customer expected of a contact, or of an issue. */
export const expectationCell = (subject: 'contact' | 'issue', id: string): string =>
  `expectation:${subject}:${id}`;

/** The id of an issue from the key of its cell; undefined for other cells. */
export function issueOfCell(key: string): string | undefined {
  return key.startsWith('issue:') ? key.slice('issue:'.length) : undefined;
}
