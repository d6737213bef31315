-- Up Migration
-- Reports show who is erased. Of the keys they may know whether any are kept in this database, and nothing else.
GRANT SELECT (tenant, customer, erased_at) ON cx.erased_customer TO cx_reporting;
GRANT SELECT (version) ON cx.master_key TO cx_reporting;
ALTER TABLE cx.erased_customer ENABLE ROW LEVEL SECURITY;
CREATE POLICY by_tenant ON cx.erased_customer FOR SELECT TO cx_reporting
  USING (tenant IN (SELECT r.tenant FROM cx.reader r WHERE pg_has_role(current_user, r.role, 'USAGE')));
