import { Client } from 'pg';
import { InvalidInput } from '#event-sourcing';

/** What an address may say about TLS, and how. The driver passes over names that it does not know, and connects without TLS. */
const TLS: Readonly<Record<string, RegExp>> = {
  sslmode: /^(disable|prefer|require|verify-ca|verify-full)$/,
  ssl: /^(true|1|0)$/,
  sslnegotiation: /^(postgres|direct)$/,
  ...{ sslrootcert: /./, sslcert: /./, sslkey: /./ },
};
/** For the driver they mean `verify-full`, with a warning of ten lines. */
const VERIFIED = /(?<=[?&]sslmode=)(prefer|require|verify-ca)(?=&|$)/;

/** The address for the driver. Throws InvalidInput `invalid-config`, which repeats nothing of it, where it cannot be used. */
export function driverAddress(url: string): string {
  for (const [name, value] of new URL(url).searchParams) {
    if (!/^(ssl|tls|uselibpqcompat)/i.test(name) || TLS[name]?.test(value)) continue;
    throw invalid(
      'of TLS it takes sslmode=verify-full (or disable), sslrootcert, sslcert, sslkey and sslnegotiation; certificates are always verified',
    );
  }
  const address = url.replace(VERIFIED, 'verify-full');
  try {
    // Made only to have the address read: it is not connected.
    new Client({ connectionString: address });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw invalid(`the file of its sslrootcert, sslcert or sslkey cannot be read (${code})`);
  }
  return address;
}

function invalid(detail: string): InvalidInput {
  const message = `the address of PostgreSQL (CX_VIEWS, CX_VIEWS_DIRECT or CX_KEYS) cannot be used: ${detail}`;
  return new InvalidInput('invalid-config', message, [{ pointer: 'CX_VIEWS', detail }]);
}
