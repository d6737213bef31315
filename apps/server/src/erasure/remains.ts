import { placesOf, type Settings } from '#platform';

const MASTER_KEY =
  'Every key was stored encrypted by the master key. Where copies of the key store may exist that nobody can delete, change the master key (cx keys rotate-master) and destroy the old one: then those copies open nothing.';

/** What an erasure leaves where the ledger cannot reach it, each with what to do about it. */
export function remainsOf(settings: Settings): readonly string[] {
  const { keys } = placesOf(settings);
  return [
    'Events and views keep their bytes: what was personal in them is encrypted by the destroyed keys. The customer ids, times, categories and amounts stay readable, so that figures keep their counts.',
    `Backups of the key store hold the keys until they are deleted, ${settings.backupDays} days after they were made (CX_BACKUP_DAYS). A server that starts on keys restored from one searches its log and erases again before it opens anything.`,
    keys.kind === 'postgres'
      ? 'PostgreSQL: the rows are deleted and their tables written anew (VACUUM FULL). The write-ahead log, its archive and replicas hold the encrypted rows until they are recycled.'
      : 'keys.sqlite was written anew and its write-ahead log emptied. The file system, snapshots and the disk itself may keep blocks that were freed.',
    MASTER_KEY,
    ...(settings.kafka.length > 0
      ? [
          'Kafka: messages in cx.recorded are encrypted by the destroyed keys. The topics that are taken in hold what publishers sent, unencrypted, for as long as they retain it.',
        ]
      : []),
  ];
}
