/** The tables as Kysely knows them. Times are ISO 8601 text, int8 is number (see types.ts); jsonb goes in as text. */
import type { Role } from '@keyhold/contract'
import type { ColumnType, Generated } from 'kysely'

type Json<T> = ColumnType<T, string, string>

type Tenant = { organisation: string; id: string }

type SignedJson = { statement: string; signature: string; keyId: string }
type ScopeJson = { bucket: string; access: 'read' | 'write' }
type PrincipalJson = { kind: 'person' | 'token'; id: string; scopes: ScopeJson[] | null; role?: Role }
type ColumnJson = { name: string; type: string }

export type Tables = {
  organisations: { id: string; name: string | null; state: 'unclaimed' | 'active'; created: string }
  people: Tenant & {
    email_sealed: Buffer
    email_lookup: Buffer
    name_sealed: Buffer | null
    password_hash: string | null
    salt: Generated<Buffer>
    role: Role
    own_role: Role | null
    suspended: string | null
    has_password: Generated<boolean>
    password_short: Generated<boolean>
    provisioned_by: string | null
    external_id_sealed: Buffer | null
    external_id_lookup: Buffer | null
    created: string
  }
  sessions: Tenant & {
    person: string
    hash: Buffer
    created: string
    last_used: string
    expires_idle: string
    expires_absolute: string
    address_sealed: Buffer
    stepped_up: string
    program_sealed: Buffer | null
    provider_factor: Generated<boolean>
    provider_subject: Buffer | null
    provider_session: Buffer | null
  }
  identity_providers: {
    organisation: string
    name: string
    issuer: string
    client_id: string
    client_secret_sealed: Buffer
    scopes: string
    changed: string
  }
  provider_links: { organisation: string; person: string; subject: Buffer; created: string; last_used: string }
  sign_on_domains: Tenant & {
    domain: string
    token: string
    created: string
    proven: string | null
    checked: string | null
    missing: string | null
  }
  sign_on_policies: {
    organisation: string
    only_provider: boolean
    join_role: 'analyst' | 'viewer' | 'auditor' | 'approver' | null
    trust_factor: boolean
    changed: string
  }
  break_glass_owners: { organisation: string; person: string }
  sign_on_attempts: {
    organisation: string
    state: Buffer
    browser: Buffer
    purpose: 'sign-in' | 'connect' | 'step-up'
    issuer: string
    client_id: string
    session: string | null
    invitation: string | null
    secrets_sealed: Buffer
    created: string
    expires: string
  }
  security_policies: {
    organisation: string
    second_factor: 'none' | 'all'
    idle_minutes: number
    longest_minutes: number
    changed: string
  }
  totp_factors: {
    organisation: string
    person: string
    secret_sealed: Buffer | null
    new_secret_sealed: Buffer | null
    new_expires: string | null
    last_step: Generated<number>
    failures: Generated<number>
    created: string | null
  }
  passkeys: Tenant & {
    person: string
    credential: string
    public_key: Buffer
    counter: number
    transports: Json<string[]>
    host: string
    name_sealed: Buffer
    created: string
    last_used: string | null
  }
  recovery_codes: { organisation: string; person: string; hash: Buffer; used: string | null }
  pending_sign_ins: Tenant & {
    person: string
    hash: Buffer
    attempts: Generated<number>
    challenge: string | null
    expires: string
    provider_subject: Buffer | null
    provider_session: Buffer | null
  }
  used_logout_tokens: { organisation: string; token: Buffer; expires: string }
  shell_confirmations: {
    organisation: string
    code: Buffer
    challenge: Buffer
    session: string
    created: string
    expires: string
  }
  passkey_challenges: {
    organisation: string
    session: string
    purpose: 'add' | 'step-up'
    challenge: string
    expires: string
  }
  consents: { organisation: string; person: string; version: string; given: string }
  privacy_settings: { organisation: string; retention_days: number }
  invitations: Tenant & {
    hash: Buffer
    email_sealed: Buffer
    email_lookup: Buffer
    role: Role
    invited_by: string
    created: string
    expires: string
  }
  password_resets: Tenant & { person: string; hash: Buffer; created: string; expires: string }
  mails: Tenant & { sealed: Buffer; created: string; taken_until: string }
  sign_in_places: { organisation: string; person: string; place: Buffer; last_seen: string }
  projects: Tenant & {
    name: string
    catalogue_version: Generated<number>
    require_attested: Generated<boolean>
    created: string
  }
  tokens: Tenant & {
    project: string
    name: string
    kind: 'svc' | 'usr'
    hash: Buffer
    scopes: Json<ScopeJson[]>
    public_key: string
    created: string
    expires: string
    revoked: string | null
    last_used: string | null
    created_by: string | null
    person: string | null
    actions: Json<string[]> | null
    replaces: string | null
    last_used_block_sealed: Buffer | null
  }
  address_lists: {
    organisation: string
    kind: 'organisation' | 'project' | 'token' | 'data_plane'
    subject: string
    ranges_sealed: Buffer
    changed: string
    changed_by: string
  }
  buckets: Tenant & { project: string; name: string; created: string }
  tables: Tenant & {
    project: string
    bucket: string
    name: string
    snapshot: string | null
    sequence: Generated<number>
    rows: Generated<number>
    bytes: Generated<number>
    created: string
    changed: string | null
    deleted: string | null
  }
  documents: Tenant & {
    project: string
    version: number
    head: Buffer
    body: Buffer
    digest: string
    created: string
    updated: string
    created_by: string
    updated_by: string
  }
  snapshots: Tenant & {
    table_id: string
    sequence: number
    manifest: Json<SignedJson>
    columns: Json<ColumnJson[]>
    digest: string
    rows: number
    bytes: number
    created: string
    job: string | null
  }
  data_files: Tenant & { snapshot: string; object: string; length: number; rows: number }
  objects: Tenant & { state: 'staged' | 'live' | 'garbage'; length: number; digest: string; created: string }
  uploads: Tenant & {
    project: string
    table_id: string
    file: string
    mode: 'replace' | 'append' | 'upsert'
    length: number
    header_length: number
    segment_length: number
    received: Generated<number>
    state: 'open' | 'closed' | 'consumed' | 'abandoned'
    opening: Buffer
    closing: Json<SignedJson> | null
    principal: Json<PrincipalJson>
    job: string
    created: string
    expires: string
  }
  jobs: Tenant & {
    project: string
    kind: 'import'
    state: 'queued' | 'running' | 'done' | 'failed' | 'cancelled'
    attempt: Generated<number>
    progress: Json<{ phase: string; bytes: number; total: number; rows: number }> | null
    code: string | null
    message: string | null
    remedy: string | null
    upload: string
    table_id: string
    snapshot: string | null
    created: string
    started: string | null
    ended: string | null
    lease_expires: string | null
    report: Buffer | null
  }
  data_planes: Tenant & {
    identity_key: string
    anchor_key: string
    state: 'enrolled' | 'removed'
    created: string
    last_seen: string | null
    custody: 'demo' | 'hosted' | 'yours' | null
  }
  enrolment_tokens: Tenant & { hash: Buffer; created: string; expires: string; used: string | null }
  sealing_key_sets: { organisation: string; project: string; number: number; signed: Json<SignedJson> }
  wrapped_keys: Tenant & {
    project: string
    purpose: 'root-key' | 'sealing-key' | 'table-key' | 'document-key'
    wrapped: Buffer
  }
  roster: { organisation: string; number: number; signed: Json<SignedJson> }
  idempotency_keys: {
    organisation: string
    principal: string
    operation: string
    key: string
    request_hash: Buffer
    answer_sealed: Buffer
    expires: string
  }
  ledger_keys: { organisation: string; name: string; public_key: Buffer; private_key_sealed: Buffer; created: string }
  ledger_outbox: Tenant & { item: Buffer }
  ledger_entries: {
    organisation: string
    index: number
    time: string
    action: string
    outcome: 'success' | 'failure' | 'denied'
    data_plane: string | null
    data_plane_sequence: number | null
    salt: Buffer
    entry: string
    signature: string | null
    personal: string | null
  }
  ledger_personal: Tenant & { subject: string | null; sealed: Buffer }
  ledger_erased: { organisation: string; subject: string; erased: string }
  ledger_data_planes: { organisation: string; data_plane: string; public_key: Buffer }
  ledger_tiles: { organisation: string; level: number; index: number; width: number; hashes: Buffer }
  ledger_checkpoints: { organisation: string; size: number; root: Buffer; note: string; changed: string }
}
