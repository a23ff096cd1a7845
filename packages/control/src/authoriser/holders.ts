/** The questions as SQL, on one connection of the role that alone reads hashes; a batch costs one statement a kind. */
import { join } from 'node:path'
import { Client, type QueryResultRow } from 'pg'
import { installationLog } from '../platform/audit-port.ts'
import {
  secretFile,
  type Answer,
  type AuthoriserStart,
  type HolderKind,
  type Question,
} from '../platform/authoriser/protocol.ts'
import { encodeArray } from '../platform/database/binary.ts'
import { authoriserRole } from '../platform/database/roles.ts'
import { valueTypes } from '../platform/database/types.ts'
import { readSecret } from '../platform/secret-file.ts'

type Holders = { readonly find: (questions: readonly Question[]) => Promise<Answer[]> }

const byId = (table: string) => `
  SELECT encode(hash, 'base64') AS hash, organisation, id FROM ${table} WHERE hash = ANY ($1::bytea[])`

const ofInstallation = `'${installationLog}'::uuid AS organisation`

/** One entry a kind of secret. A new kind needs grants and a policy as in migrations/0014_authoriser.sql. */
const statements: Readonly<Record<HolderKind, string>> = {
  token: `
    SELECT encode(t.hash, 'base64') AS hash, t.organisation, t.id, t.project, t.kind, t.scopes, t.actions, t.expires,
      t.revoked, t.last_used AS "lastUsed", p.role
    FROM tokens t LEFT JOIN people p ON p.organisation = t.organisation AND p.id = t.person AND p.suspended IS NULL
    WHERE t.hash = ANY ($1::bytea[])`,
  // An authenticator app has a time once its first code was shown. Recovery codes alone are no second factor.
  session: `
    SELECT encode(s.hash, 'base64') AS hash, s.organisation, s.id, s.person, p.role, s.last_used AS "lastUsed",
      s.expires_idle AS "expiresIdle", s.expires_absolute AS "expiresAbsolute", s.stepped_up AS "steppedUp",
      coalesce(o.idle_minutes, 720) AS "idleMinutes",
      coalesce(o.second_factor, 'none') = 'all' AND NOT s.provider_factor
        AND NOT EXISTS (SELECT 1 FROM totp_factors f
          WHERE f.organisation = s.organisation AND f.person = s.person AND f.created IS NOT NULL)
        AND NOT EXISTS (SELECT 1 FROM passkeys k WHERE k.organisation = s.organisation AND k.person = s.person)
        AS limited
    FROM sessions s JOIN people p ON p.organisation = s.organisation AND p.id = s.person AND p.suspended IS NULL
      LEFT JOIN security_policies o ON o.organisation = s.organisation
    WHERE s.hash = ANY ($1::bytea[])`,
  provisioner: `
    SELECT encode(hash, 'base64') AS hash, organisation, id, expires, revoked, last_used AS "lastUsed"
    FROM provisioning_tokens WHERE hash = ANY ($1::bytea[])`,
  pendingSignIn: byId('pending_sign_ins'),
  invitation: byId('invitations'),
  passwordReset: byId('password_resets'),
  enrolment: byId('enrolment_tokens'),
  operatorSession: `
    SELECT encode(s.hash, 'base64') AS hash, ${ofInstallation}, s.id, s.operator, o.roles, s.last_used AS "lastUsed",
      s.expires_idle AS "expiresIdle", s.expires_absolute AS "expiresAbsolute", s.stepped_up AS "steppedUp"
    FROM operator_sessions s JOIN operators o ON o.id = s.operator WHERE s.hash = ANY ($1::bytea[])`,
  operatorInvitation: `
    SELECT encode(hash, 'base64') AS hash, ${ofInstallation}, id FROM operator_invitations
    WHERE hash = ANY ($1::bytea[])`,
}

/** Connects; `onLost` is told when the database ends the connection. */
export async function openHolders({ server, keys }: AuthoriserStart, onLost: () => void): Promise<Holders> {
  const client = new Client({
    ...server,
    user: authoriserRole,
    password: readSecret(join(keys, secretFile)).toString('base64url'),
    application_name: 'keyhold authoriser',
    connectionTimeoutMillis: 10_000,
    pipeline: true,
    types: valueTypes,
    options: '-c TimeZone=UTC -c DateStyle=ISO -c statement_timeout=5s -c default_transaction_read_only=on',
  })
  client.on('error', onLost)
  client.on('end', onLost)
  await client.connect()

  async function findKind(kind: HolderKind, hashes: readonly string[]): Promise<[string, Answer][]> {
    const wanted = encodeArray(
      'bytea',
      hashes.map((hash) => Buffer.from(hash, 'base64')),
    )
    const found = await client.query<QueryResultRow>({ name: kind, text: statements[kind], values: [wanted] })
    return found.rows.map((row) => [`${kind} ${row['hash']}`, row as Answer])
  }
  return {
    async find(questions) {
      const kinds = Map.groupBy(questions, ({ kind }) => kind)
      const found = await Promise.all(
        [...kinds].map(([kind, asked]) =>
          findKind(
            kind,
            asked.map(({ hash }) => hash),
          ),
        ),
      )
      const rows = new Map(found.flat())
      return questions.map(({ kind, hash }) => rows.get(`${kind} ${hash}`) ?? null)
    },
  }
}
