import { columns, defineTable, keyOf } from '../define-table.js';

const { count, text, time } = columns;

/** One row a contract. */
export const contractsTable = defineTable({
  name: 'contracts',
  version: 1,
  means: 'One row for each contract. It runs at a time T where startedAt ≤ T and endedAt is null or later.',
  columns: {
    contractId: text('the id that it was published with'),
    publishedTo: text('the customer that it was published to, before any merge'),
    startedAt: time('when it began; of one that ended and began again, when it began last'),
    renewedAt: time('when it was renewed last'),
    renewals: count('how often it was renewed'),
    endedAt: time('when it ended; null while it runs'),
    endReason: text('the reason of its ContractEnded'),
    segment: text('the segment of the customer when it began'),
  },
  times: ['startedAt'],
  things: ({ behaviour }) => behaviour.contracts,
  key: ({ contractId, customer }) => keyOf(contractId, customer),
  row: (contract) => ({
    contractId: contract.contractId,
    publishedTo: contract.customer,
    startedAt: contract.startedAt,
    renewedAt: contract.renewedAt ?? null,
    renewals: contract.renewals,
    endedAt: contract.endedAt,
    endReason: contract.endReason ?? null,
    segment: contract.segment,
  }),
});
