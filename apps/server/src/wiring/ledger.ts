import { Logger } from '@nestjs/common';
import { DEFAULT_TENANT, InvalidInput, StoreFault } from '#event-sourcing';
import { openEventStore, openSideStores } from '#engines';
import type { SideStores } from '#engines';
import { refuseUnfinishedCopy, refuseUnfinishedRestore } from '#engines/sqlite';
import { originOf } from '#ledger';
import type { IntakeLimits } from '#intake';
import type { EventStore } from '#event-store';
import { DeadLetterBox, GuardedKeys, Intake } from '#intake';
import { KeyRing, Operator, placeName, placesOf, Tenants, TokenVerifier } from '#platform';
import type { EventsAddress, Places, Settings } from '#platform';
import { loadMasterKey, logKeyFile, Pseudonyms } from '#privacy';
import type { MasterKey } from '#privacy';
import { GroupedAccessLog } from '../access-log/grouped-access-log.js';
import { type ErasureParts, FOLLOW_MILLIS } from '../erasure/erasure-parts.js';
import { KnownErasures } from '../erasure/known-erasures.js';
import { AlertTicker } from '../alerts/alert-ticker.js';
import { SealedIdempotencyStore } from '../ingest/sealed-idempotency-store.js';
import { spreadOf, tenantsByTopic } from '../messaging/kafka-settings.js';
import { NO_KAFKA } from '../messaging/kafka-status.js';
import { PolledViews } from '../projecting/polled-views.js';
import { ProjectingThread } from '../projecting/projecting-thread.js';
import type { ViewsProgress } from '../projecting/views-progress.js';
import { ProofsThread } from '../proofs/proofs-thread.js';
import { QueryThreads } from '../query/query-threads.js';
import type { QueryThreadsOptions } from '../query/query-threads.js';
import { allOpened, Closing } from './closing.js';
import { completeRotation, masterKeysFor, MasterRotation } from './master-rotation.js';
import { refuseMissingKeys } from './missing-keys.js';
import { isOpenToOthers, prepareFolder } from './data-folder.js';

/** The parts of the ledger behind the HTTP layer, each opened once. */
export type Ledger = Awaited<ReturnType<typeof openParts>>;

const logger = new Logger('Ledger');

/** Time that a stopping projector has to commit its batch, ms. */
const LAST_BATCH = 5_000;
/** Interval at which the last uses of API keys are stored, ms. */
const NOTE_USES = 60_000;
/** How long answers are kept for repeated requests, ms. */
const KEEP_ANSWERS = 86_400_000;
/** Interval at which due dead letters are retried, ms. */
const RETRY_DUE = 15_000;

/** Opens the embedded ledger. Throws StoreFault; then nothing stays open. */
export async function openLedger(settings: Settings): Promise<Ledger> {
  const closing = new Closing();
  try {
    return await openParts(settings, closing);
  } catch (error) {
    await closing.run();
    throw error;
  }
}

async function openParts(settings: Settings, closing: Closing) {
  // Wrong settings are reported before a folder is created.
  const tokens = await tokensOf(settings);
  if (settings.masterKey !== undefined) masterKeyOf(settings, '');
  const topics = settings.kafka.length > 0 ? tenantsByTopic(settings) : new Map<string, readonly string[]>();
  const places = placesOf(settings);
  const spread = spreadOf(settings, places);
  refuseUnsharedMasterKey(settings, places);
  const folders = prepareFolders(places);
  for (const folder of folders) {
    refuseUnfinishedCopy(folder);
    refuseUnfinishedRestore(folder);
  }
  const store = await closing.opened(openStore(places.events, settings), (opened) => opened.close());
  const keyFolder = places.keys.kind === 'embedded' ? places.keys.folder : places.local;
  const masterKey = masterKeyOf(settings, keyFolder);
  const sideStores = { keys: masterKeysFor(masterKey), at: places, onTrouble: trouble };
  const { storeId, epoch } = store;
  const givesWay = settings.roles.length > 1;
  const projectingData = {
    ...places,
    givesWay,
    ...(spread && { spread: { ...spread, log: { storeId, epoch } } }),
  };
  const projectingThread = settings.roles.includes('project')
    ? closing.opened(ProjectingThread.start(projectingData, trouble), (part) => part.stop(LAST_BATCH))
    : Promise.resolve(undefined);
  const tree = { folder: places.local, origin: originOf(store), keyFile: logKeyFileOf(settings, keyFolder) };
  const proofsThread = settings.roles.includes('audit')
    ? closing.opened(ProofsThread.start({ events: places.events, ...tree }, trouble), (part) =>
        part.stop(LAST_BATCH),
      )
    : Promise.resolve(undefined);
  const [{ keys: keyStore, access, operations }, projecting, queries, proofs] = await allOpened([
    closing.opened(openSideStores(sideStores), closeAll),
    projectingThread,
    closing.opened(QueryThreads.start(queryOptions(settings, places)), (part) => part.stop()),
    proofsThread,
  ]);
  const views: ViewsProgress = projecting ?? closing.add(new PolledViews(queries), (part) => part.stop());
  await completeRotation(keyStore, masterKey);
  if (settings.missingKeys === 'refuse') await refuseMissingKeys(store, keyStore, placeName(places.keys));
  const keys = new GuardedKeys(keyStore, store);
  await keyStore.followErasures();
  closing.every(FOLLOW_MILLIS, () =>
    keyStore.followErasures().catch((error: Error) => trouble('erasures', error)),
  );
  queries.hideErased(keyStore);
  const tenants = new Tenants(access, Date);
  const named = [DEFAULT_TENANT, ...settings.pseudonymTenants, ...[...topics.values()].flat()];
  for (const tenant of new Set(named)) await tenants.create(tenant);
  if (settings.missingKeys === 'refuse') await keys.ensure([...new Set(named)].map((tenant) => ({ tenant })));
  const keyRing = closing.add(new KeyRing(access, Date), (ring) => ring.noteUses());
  closing.every(NOTE_USES, () => keyRing.noteUses().catch(() => undefined));
  closing.add(
    store.onAppended((head) => views.wake(head)),
    (stopListening) => stopListening(),
  );
  // Events recorded before the start count as lag, too.
  views.wake(await store.head());
  const pseudonyms = new Pseudonyms(keys, new Set(settings.pseudonymTenants));
  const warnedTenants = new Set(settings.warnIdentifiersTenants);
  const intake = new Intake({
    store,
    keys,
    pseudonyms,
    warnedTenants,
    aliases: keyStore.aliases,
    clock: Date,
    limits: limitsOf(settings),
  });
  const accessLog = closing.add(new GroupedAccessLog({ intake, onTrouble: trouble }), (log) => log.flush());
  const deadLetterStore = operations.deadLetters;
  const deadLetters = new DeadLetterBox({ store: deadLetterStore, keys, intake, clock: Date });
  const retryDue = () => deadLetters.retryDue().catch((error: Error) => trouble('dead letters', error));
  if (settings.roles.includes('ingest')) closing.every(RETRY_DUE, retryDue);
  const idempotency = new SealedIdempotencyStore(operations.idempotency, keys, store);
  closing.every(NOTE_USES, () => idempotency.forgetBefore(Date.now() - KEEP_ANSWERS).catch(() => undefined));
  const isShared = places.events.kind !== 'embedded';
  const known = new KnownErasures(settings.afterSeconds * 1000);
  const erasure: ErasureParts = { store, keys: keyStore, known, intake, deadLetters, idempotency, isShared };
  if (raisesAlerts(settings)) {
    const ticker = new AlertTicker({ store, intake, tenants, queries, onTrouble: trouble });
    closing.add(ticker.start(settings.alertSeconds), (part) => part.stop());
  }
  let kafka = NO_KAFKA;
  if (settings.kafka.length > 0) {
    const { deadLetterOutbox } = operations;
    const outgoing = { views, queries, relayPositions: operations.relayPositionsOf(store), deadLetterOutbox };
    const parts = { settings, store, intake, deadLetters, ...outgoing };
    const { KafkaSide } = await import('../messaging/kafka-side.js');
    const side = closing.add(new KafkaSide(parts), (part) => part.stop());
    kafka = side;
    closing.add(
      store.onAppended(() => side.wake()),
      (stopListening) => stopListening(),
    );
    side.start();
  }
  for (const folder of folders)
    if (isOpenToOthers(folder))
      logger.warn(`other users of this machine may enter the data folder ${folder}: chmod 700 ${folder}`);
  return {
    ...{ settings, store, keys, access, keyRing, tenants, masterKey, pseudonyms, accessLog },
    /** Recognises signed tokens; undefined when no key set is configured. */
    tokens,
    ...{ intake, erasure, deadLetterStore, deadLetters, idempotency },
    importRecords: operations.importRecords,
    /** Each undefined where another process keeps the views up to date, or signs the log and proves it. */
    ...{ projecting, proofs },
    ...{ views, queries, kafka, rotation: new MasterRotation(keyStore, masterKey.origin) },
    operator: new Operator(),
    /** Closes every part, the last opened first. */
    close: () => closing.run(),
  };
}

/** Throws StoreFault; of a folder that another process has open it says which settings that concerns. */
async function openStore(events: EventsAddress, { queueEvents, queueBytes }: Settings): Promise<EventStore> {
  try {
    return await openEventStore(events, { queueEvents, queueBytes, onTrouble: trouble });
  } catch (error) {
    if (!(error instanceof StoreFault) || error.code !== 'store-locked') throw error;
    throw new StoreFault(error.code, `${error.message}; ${ONE_SERVER[events.kind]}`, error.details);
  }
}

const ONE_SERVER = {
  embedded: 'an embedded store (CX_STORE) has one server at a time, which may have all roles (CX_ROLE)',
  esdb: 'each server on a machine needs a folder of its own for its files (CX_LOCAL)',
} as const;

function masterKeyOf({ masterKey: key, masterKeyFile: file }: Settings, keyFolder: string): MasterKey {
  return loadMasterKey({ key, file }, keyFolder);
}

function logKeyFileOf(
  { masterKey: key, masterKeyFile: file, logKeyFile: named }: Settings,
  keyFolder: string,
) {
  return named ?? logKeyFile({ key, file }, keyFolder);
}

function closeAll({ keys, access, operations }: SideStores): Promise<unknown> {
  return Promise.all([keys, access, operations].map((store) => store.close()));
}

function limitsOf({ batchLimit, queueEvents }: Settings): Partial<IntakeLimits> {
  return { eventsPerRequest: batchLimit, eventsUnderWay: Math.max(batchLimit, queueEvents) };
}

function tokensOf(settings: Settings): Promise<TokenVerifier> | undefined {
  const { jwks, jwtIssuer: issuer, jwtAudience: audience } = settings;
  const { jwtTenantClaim: tenantClaim, jwtRolesClaim: rolesClaim } = settings;
  return jwks === undefined
    ? undefined
    : TokenVerifier.open({ jwks, issuer, audience, tenantClaim, rolesClaim });
}

function queryOptions(settings: Settings, { events, views }: Places): QueryThreadsOptions {
  const { roles, kafka, kafkaOut, querySeconds, historicalEvents, answerLimit: answerBytes } = settings;
  const limits = { historicalEvents, answerBytes, deadlineMillis: querySeconds * 1000 };
  // Changed views are sent to Kafka as a question would be answered.
  const sendsViews = roles.includes('project') && kafka.length > 0 && kafkaOut === 'on';
  const asked = sendsViews || raisesAlerts(settings) || roles.includes('query') || roles.includes('audit');
  return {
    threads: asked ? settings.queryThreads : 0,
    data: { events, views, ...limits },
    onTrouble: trouble,
  };
}

/** Whether this server looks for what alert rules describe. */
function raisesAlerts({ roles, alertSeconds }: Settings): boolean {
  return roles.includes('project') && alertSeconds > 0;
}

/** Makes the folders of this machine that are missing, and returns them all. */
function prepareFolders({ events, views, keys, local }: Places): readonly string[] {
  const variables = new Map<string, string>();
  if (keys.kind === 'embedded') variables.set(keys.folder, 'CX_KEYS');
  if (views.kind === 'embedded') variables.set(views.folder, 'CX_VIEWS');
  variables.set(local, events.kind === 'embedded' ? 'CX_STORE' : 'CX_LOCAL');
  for (const [folder, variable] of variables) prepareFolder(folder, variable);
  return [...variables.keys()];
}

/** Servers that share keys share their master key, too: none of them may make one of its own beside its files. */
function refuseUnsharedMasterKey({ masterKey, masterKeyFile }: Settings, { keys }: Places): void {
  if (keys.kind === 'embedded' || masterKey !== undefined || masterKeyFile !== undefined) return;
  const detail =
    'is needed where the keys are in PostgreSQL: the same file for every server (or CX_MASTER_KEY)';
  throw new InvalidInput('invalid-config', `CX_MASTER_KEY_FILE: ${detail}`, [
    { pointer: 'CX_MASTER_KEY_FILE', detail },
  ]);
}

function trouble(what: string, reason: Error): void {
  logger.error({ message: what, reason: reason.message });
}
