/**
 * The link between a data plane and a control node: one WebSocket, opened by the data plane, calls in both directions.
 * A binary message is: u32be length of the JSON, the JSON (a LinkFrame), the body's bytes (may be empty).
 */
import type { Role } from './permissions.ts'
import type { Custody, ImportMode, TokenAction } from './schema.ts'
import type { Signed } from './statements.ts'

/** Bodies above this many bytes travel as HTTPS streams instead. */
export const linkBodyLimit = 1 << 20

export type LinkFrame =
  | { t: 'call'; id: number; method: string; params: unknown }
  | { t: 'reply'; id: number; result: unknown }
  | { t: 'problem'; id: number; code: string; message: string; remedy?: string }
  | { t: 'note'; method: string; params: unknown }

export type WrappedKey = {
  id: string
  purpose: 'root-key' | 'sealing-key' | 'table-key' | 'document-key'
  wrapped: string
}

/** Who asks, as the control plane knows it; the data plane checks signatures against its own roster besides. */
export type Principal = {
  kind: 'person' | 'token'
  id: string
  /** null: every bucket of the project. */
  scopes: { bucket: string; access: 'read' | 'write' }[] | null
  /** What a token is limited to besides its scopes; absent: nothing. */
  actions?: TokenAction[]
  /** Of people; the data plane takes no more from it than the roster gives the device that signed. */
  role?: Role
  /** Of people: signed in, or proved that it is still them, within ten minutes. */
  sudo?: true
}

/** Calls that the control plane makes on the data plane. */
export type DataPlaneMethods = {
  'setup.claim': {
    params: { organisation: string; device: { publicKey: string; name: string }; mac: string }
    result: { roster: Signed; anchorPublicKey: string }
  }
  'project.provision': { params: { project: string }; result: { set: Signed; keys: WrappedKey[] } }
  'roster.submit': { params: { statement: Signed }; result: { number: number } }
  /** The data plane's own chain from a number on: what the control plane missed when it died after a submission. */
  'roster.list': { params: { from: number }; result: { statements: Signed[] } }
  /** Body: the sealed request. Reply body: the sealed response, unless `streamed` (then it was posted over HTTPS). */
  request: {
    params: { request: string; project: string; principal: Principal; catalogueVersion: number; source: string }
    result: { outcome: string; streamed: boolean }
  }
  'request.cancel': { params: { request: string }; result: Record<string, never> }
}

/** Notes from the control plane: there is work. */
export type DataPlaneNotes = { 'jobs.available': Record<string, never> }

export type ClaimedJob = {
  id: string
  kind: 'import'
  attempt: number
  project: string
  upload: string
  table: string
  leaseSeconds: number
}

export type LedgerAppend = {
  /** base64url of the 16-byte salt. */
  salt: string
  /** Exact canonical text of the entry; its `origin` has the data plane's sequence and previous hash. */
  entry: string
  signature: string
  disclosures: { label: string; salt: string; value: unknown }[]
}

/** An entry as members read it; bytes in base64url. */
export type LedgerListed = {
  index: number
  salt: string
  entry: string
  disclosures: { label: string; salt: string; value: unknown }[]
  signature: string | null
}

export type LedgerProof = { index: number; inclusion: string[] }

export type StoredDocument = { document: string; version: number; head: string; body: string | null }

/** Calls that the data plane makes on the control plane. */
export type ControlMethods = {
  'link.hello': {
    params: { dataPlane: string; signature: string; custody?: Custody }
    result: { session: string; organisation: string }
  }
  'jobs.claim': { params: { most: number }; result: { jobs: ClaimedJob[] } }
  'jobs.renew': {
    params: { job: string; attempt: number; progress: { phase: string; bytes: number; total: number; rows: number } }
    result: { cancelled: boolean }
  }
  /** `retry` puts the job back into the queue. `problem` is sealed to nobody but the project (a job's own log). */
  'jobs.fail': {
    params: {
      job: string
      attempt: number
      code: string
      retry: boolean
      message: string
      remedy: string
      /** The sealed report, base64url. */
      report?: string
    }
    result: Record<string, never>
  }
  /** `quarantine` is the next manifest of the table's quarantine: both are committed, or neither. */
  'jobs.commit': {
    params: {
      job: string
      attempt: number
      manifest: Signed
      objects: string[]
      quarantine?: Signed
      report?: string
    }
    result: { snapshot: string; catalogueVersion: number }
  }
  /** Finds or makes the table for the bad rows of the job's table: `<table>__quarantine` in the same bucket. */
  'jobs.quarantine': {
    params: { job: string; attempt: number }
    result: { table: string; bucket: string; name: string }
  }
  /** The sealed report of a job, or of the one that made a table's current snapshot; null when there is none. */
  'jobs.report': {
    params: { project: string; job: string } | { project: string; table: string }
    result: { job: string; table: string; report: string | null }
  }
  'uploads.read': {
    params: { upload: string }
    result: {
      state: 'open' | 'closed' | 'consumed' | 'abandoned'
      table: string
      file: string
      mode: ImportMode
      length: number
      headerLength: number
      segmentLength: number
      received: number
      opening: string
      closing: Signed | null
      principal: Principal
    }
  }
  /** Ends a table with its last manifest; its objects go, its name is free. */
  'tables.delete': {
    params: { project: string; table: string; manifest: Signed; by: string }
    result: { catalogueVersion: number }
  }
  /** Last manifests of deleted tables are among them, first. */
  'catalogue.read': {
    params: { project: string }
    result: { version: number; tables: { table: string; manifest: Signed }[] }
  }
  'keys.store': { params: { project: string; keys: WrappedKey[] }; result: Record<string, never> }
  'keys.read': { params: { project: string }; result: { set: Signed; keys: WrappedKey[] } }
  /**
   * Stores a document when its version is still `expected` (null: when it is not there). `head` and `body` are sealed,
   * base64url. Otherwise nothing is stored, and `version` is the present one (null: not there).
   */
  'documents.put': {
    params: {
      project: string
      document: string
      expected: number | null
      version: number
      head: string
      body: string
      /** The person who saves. */
      by: string
    }
    result: { stored: boolean; version: number | null }
  }
  /** Deletes a document of this version; `version` as in `documents.put`. */
  'documents.delete': {
    params: { project: string; document: string; expected: number; by: string }
    result: { deleted: boolean; version: number | null }
  }
  /** Those of the documents that are there; `body` only when asked for. At most 500 at a time. */
  'documents.read': {
    params: { project: string; documents: string[]; bodies: boolean }
    result: { documents: StoredDocument[] }
  }
  /** Heads of the project's documents in the order of ids, at most 500. */
  'documents.list': { params: { project: string; after: string | null }; result: { documents: StoredDocument[] } }
  'roster.read': { params: { from: number }; result: { statements: Signed[] } }
  /** Durable when answered. `known` is the tree size that the caller verified last. */
  'ledger.append': {
    params: { entries: LedgerAppend[]; known: number }
    result: { proofs: LedgerProof[]; checkpoint: string; consistency: string[] }
  }
  /** `last`: the data plane's own last entry with its signature; null before the first. */
  'ledger.head': {
    params: Record<string, never>
    result: { sequence: number; checkpoint: string; last: { entry: string; signature: string } | null }
  }
  /**
   * Entries from an index on, below `below` or to the end, at most 500 at a time; the newest checkpoint, which covers them;
   * and keys of the data planes that signed some. `erasures` changes whenever personal fields were erased.
   */
  'ledger.read': {
    params: { from: number; below: number | null }
    result: { entries: LedgerListed[]; checkpoint: string; dataPlanes: string[]; erasures: string }
  }
  /** Ids of the organisation's projects. */
  'projects.list': { params: Record<string, never>; result: { projects: string[] } }
}
