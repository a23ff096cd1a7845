/** Settings of the embedded PostgreSQL: small in memory, quick to start, durable, and quiet about values. */

/** What `postgres` is started with. `sockets` is the folder of its only listener; `more` overrides settings. */
export function postgresArguments(folder: string, sockets: string, more: Readonly<Record<string, string>>): string[] {
  const all = Object.entries({ ...settings, ...more })
  return ['-D', folder, '-k', sockets, ...all.flatMap(([name, value]) => ['-c', `${name}=${value}`])]
}

const settings: Readonly<Record<string, string>> = {
  // No network at all: the socket's folder is private to this user.
  listen_addresses: '',
  port: '5432',
  unix_socket_permissions: '0700',
  max_connections: '40',
  superuser_reserved_connections: '2',
  shared_buffers: '32MB',
  work_mem: '4MB',
  maintenance_work_mem: '32MB',
  wal_buffers: '4MB',
  max_wal_size: '512MB',
  checkpoint_timeout: '15min',
  jit: 'off',
  huge_pages: 'off',
  // Reading in the backend itself saves the three I/O workers, which is what a small database wants.
  io_method: 'sync',
  max_parallel_workers: '0',
  max_parallel_workers_per_gather: '0',
  max_logical_replication_workers: '0',
  autovacuum_max_workers: '1',
  // Nobody replicates from the embedded server; a smaller log is written.
  wal_level: 'minimal',
  max_wal_senders: '0',
  wal_compression: 'on',
  // Acknowledge only what is durable.
  fsync: 'on',
  synchronous_commit: 'on',
  full_page_writes: 'on',
  password_encryption: 'scram-sha-256',
  // The passwords have 256 random bits: stretching them would only slow down connecting.
  scram_iterations: '16',
  idle_in_transaction_session_timeout: '60s',
  log_destination: 'stderr',
  logging_collector: 'off',
  log_line_prefix: '%m [%p] ',
  log_checkpoints: 'off',
  // Messages of failed statements quote values, so only the server's own messages reach the log.
  log_min_messages: 'log',
  log_min_error_statement: 'panic',
  log_error_verbosity: 'terse',
  log_parameter_max_length: '0',
  log_parameter_max_length_on_error: '0',
  lc_messages: 'C',
}
