-- Up Migration
-- What tools for reports read: the schema cx_v1, whose views the program makes over the derived tables. The views belong to
-- cx_reporting, which may read derived tables by row-level security alone; who reads them is a member of cx_reader, and
-- sees the tenants that cx.reader names for its role.
DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'cx_reporting') THEN
    CREATE ROLE cx_reporting NOLOGIN;
  END IF;
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'cx_reader') THEN
    CREATE ROLE cx_reader NOLOGIN;
  END IF;
EXCEPTION
  -- Another database of this server is made ready at the same time.
  WHEN duplicate_object OR unique_violation THEN NULL;
  WHEN insufficient_privilege THEN
    RAISE EXCEPTION 'roles are missing' USING ERRCODE = 'CX002';
END $$;
DO $$
BEGIN
  IF NOT pg_has_role(current_user, 'cx_reporting', 'USAGE') THEN
    EXECUTE format('GRANT cx_reporting TO %I', current_user);
  END IF;
EXCEPTION
  WHEN insufficient_privilege THEN
    RAISE EXCEPTION 'the role is not granted' USING ERRCODE = 'CX002';
END $$;

CREATE TABLE cx.reader (role name NOT NULL, tenant text COLLATE "C" NOT NULL, PRIMARY KEY (role, tenant));
CREATE TABLE cx.reporting_view (name text PRIMARY KEY, definition text NOT NULL);
GRANT USAGE ON SCHEMA cx TO cx_reporting;
GRANT SELECT ON cx.reader, cx.tenant TO cx_reporting;
CREATE SCHEMA cx_v1;
ALTER SCHEMA cx_v1 OWNER TO cx_reporting;
GRANT USAGE ON SCHEMA cx_v1 TO cx_reader;
COMMENT ON SCHEMA cx_v1 IS 'Views of CX Ledger for reports. Columns and views are only ever added.';

ALTER TABLE cx.tenant ENABLE ROW LEVEL SECURITY;
CREATE POLICY by_tenant ON cx.tenant FOR SELECT TO cx_reporting
  USING (name IN (SELECT r.tenant FROM cx.reader r WHERE pg_has_role(current_user, r.role, 'USAGE')));

-- Lets a role read one tenant's rows of cx_v1, and nothing else.
CREATE FUNCTION cx.let_read(role_name name, tenant_name text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO cx.reader VALUES (role_name, tenant_name) ON CONFLICT DO NOTHING;
  EXECUTE format('GRANT cx_reader TO %I', role_name);
END $$;

-- Ends that.
CREATE FUNCTION cx.stop_reading(role_name name, tenant_name text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM cx.reader WHERE role = role_name AND tenant = tenant_name;
END $$;
