-- Up Migration
-- Stores beside the events: who may come in, the customers' keys, and what operators see. Texts are compared by code
-- points, as everywhere in the ledger.
REVOKE ALL ON SCHEMA cx FROM PUBLIC;

CREATE TABLE cx.api_key (
  id text COLLATE "C" PRIMARY KEY,
  tenant text COLLATE "C" NOT NULL,
  roles text NOT NULL,
  label text NOT NULL,
  secret_hash bytea NOT NULL,
  created_at bigint NOT NULL,
  last_used_at bigint,
  revoked_at bigint
);
CREATE INDEX api_key_of_tenant ON cx.api_key (tenant, created_at, id);
CREATE TABLE cx.known_tenant (tenant text COLLATE "C" PRIMARY KEY, created_at bigint NOT NULL);
CREATE TABLE cx.reading (
  number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  tenant text COLLATE "C" NOT NULL,
  customer text COLLATE "C" NOT NULL,
  subject text NOT NULL,
  route text NOT NULL,
  events integer NOT NULL,
  request_id text NOT NULL,
  at bigint NOT NULL,
  opened text
);
CREATE INDEX reading_of_customer ON cx.reading (tenant, customer, number);
CREATE INDEX reading_of_tenant ON cx.reading (tenant, number);

-- Which master key a secret is wrapped under, so that rotation can go on while keys are made and read.
CREATE TABLE cx.master_key (version integer PRIMARY KEY, check_value bytea NOT NULL);
CREATE TABLE cx.secret (
  tenant text COLLATE "C" NOT NULL,
  customer text COLLATE "C" NOT NULL, -- '' for the tenant's own
  master integer NOT NULL REFERENCES cx.master_key (version),
  wrapped bytea NOT NULL,
  PRIMARY KEY (tenant, customer)
);

CREATE TABLE cx.dead_letter (
  number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  id text NOT NULL UNIQUE,
  tenant text COLLATE "C" NOT NULL,
  arrived_at bigint NOT NULL,
  origin text NOT NULL,
  code text NOT NULL,
  reason text NOT NULL,
  sealed text NOT NULL,
  customer text,
  retry_at bigint,
  attempts integer NOT NULL DEFAULT 0,
  state text NOT NULL DEFAULT 'waiting',
  position text,
  retried_at bigint,
  retried_by text,
  UNIQUE (tenant, origin)
);
CREATE INDEX dead_letter_of_tenant ON cx.dead_letter (tenant, state, number);
CREATE INDEX dead_letter_due ON cx.dead_letter (retry_at) WHERE retry_at IS NOT NULL AND state = 'waiting';
CREATE TABLE cx.unpublished_letter (
  number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  tenant text NOT NULL,
  origin text NOT NULL,
  reason text NOT NULL
);
CREATE TABLE cx.stored_answer (
  tenant text COLLATE "C" NOT NULL,
  subject text COLLATE "C" NOT NULL,
  key text COLLATE "C" NOT NULL,
  fingerprint text NOT NULL,
  outcome text NOT NULL,
  at bigint NOT NULL,
  PRIMARY KEY (tenant, subject, key)
);
CREATE INDEX stored_answer_by_age ON cx.stored_answer (at);
CREATE TABLE cx.relay (
  name text NOT NULL,
  store text NOT NULL,
  epoch text NOT NULL,
  position text NOT NULL,
  PRIMARY KEY (name, store, epoch)
);
CREATE TABLE cx.import_record (
  tenant text COLLATE "C" NOT NULL,
  dataset text COLLATE "C" NOT NULL,
  source text NOT NULL,
  undone_at bigint,
  PRIMARY KEY (tenant, dataset)
);
CREATE TABLE cx.import_file (
  tenant text COLLATE "C" NOT NULL,
  dataset text COLLATE "C" NOT NULL,
  bytes bigint NOT NULL,
  sha256 text NOT NULL,
  PRIMARY KEY (tenant, dataset, bytes, sha256)
);
