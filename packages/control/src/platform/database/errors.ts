import { defineErrors } from '../errors.ts'

export const failDatabase = defineErrors({
  'database.unreachable': {
    status: 503,
    message: 'The database does not answer.',
    remedy: 'Try again in a few seconds; if it stays so, the operator finds the reason in the log.',
  },
  'database.url_invalid': {
    status: 500,
    message: 'DATABASE_URL is not the address of a PostgreSQL over verified TLS or a Unix socket.',
    remedy:
      'Write postgres://user:password@host:5432/database?sslrootcert=FILE (certificates are always verified), or postgres://user:password@/database?host=/folder for a socket.',
  },
  'database.too_old': {
    status: 500,
    message: 'The PostgreSQL server is older than version 16.',
    remedy: 'Upgrade it, or leave DATABASE_URL out to use the embedded one.',
  },
  'database.migration_changed': {
    status: 500,
    message: 'A migration that was already applied has other content now.',
    remedy: 'Start the version of Keyhold that made this database, or one that is newer.',
  },
  'database.newer': {
    status: 500,
    message: 'The database was made by a newer version of Keyhold.',
    remedy: 'Start that version; going back is not supported.',
  },
  'database.role_too_strong': {
    status: 500,
    message: 'The role keyhold_app may bypass row-level security.',
    remedy: 'Run: ALTER ROLE keyhold_app NOSUPERUSER NOBYPASSRLS NOCREATEROLE NOCREATEDB',
  },
  'database.integer_too_large': {
    status: 500,
    message: 'The database holds an integer beyond 2^53.',
    remedy: 'Report this: a number in the database is larger than any that Keyhold writes.',
  },
  'database.rolled_back': {
    status: 500,
    message: 'A transaction was rolled back by the database.',
    remedy: 'Try again.',
  },
})
