-- Up Migration
-- Erasures lie beside the keys, so that marking a customer as erased and making keys exclude each other.
CREATE TABLE cx.erasure (
  number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  id text COLLATE "C" NOT NULL UNIQUE,
  tenant text COLLATE "C" NOT NULL,
  customer text COLLATE "C" NOT NULL,
  reason text NOT NULL,
  requested_by text NOT NULL,
  request_id text NOT NULL,
  requested_at bigint NOT NULL,
  destroyed_at bigint,
  finished_at bigint,
  dead_letters bigint,
  stored_answers bigint
);
CREATE INDEX erasure_of_tenant ON cx.erasure (tenant, number);
CREATE INDEX erasure_unfinished ON cx.erasure (number) WHERE finished_at IS NULL;
CREATE TABLE cx.erased_customer (
  number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  tenant text COLLATE "C" NOT NULL,
  customer text COLLATE "C" NOT NULL,
  erasure text COLLATE "C" NOT NULL,
  erased_at bigint NOT NULL,
  key_digest text,
  aliases bigint,
  UNIQUE (tenant, customer)
);
CREATE INDEX erased_customer_of_erasure ON cx.erased_customer (erasure, customer);

-- Aliases by keyed hash.
CREATE TABLE cx.alias (
  tenant text COLLATE "C" NOT NULL,
  hash bytea NOT NULL,
  customer text COLLATE "C" NOT NULL,
  PRIMARY KEY (tenant, hash, customer)
);
CREATE INDEX alias_of_customer ON cx.alias (tenant, customer);
