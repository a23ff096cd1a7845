/** Calls of data planes on the log. */
import { Type } from 'typebox'
import type { Database } from '../../platform/database/database.ts'
import type { PlatformKey } from '../../platform/platform-key.ts'
import type { DataPlanePeer, RegisterControlMethod } from '../link/index.ts'
import type { DataPlaneLedger, DataPlaneWriter } from './append-data-plane.ts'
import { failAudit } from './errors.ts'
import { readForDataPlane } from './read-for-data-plane.ts'

const strict = { additionalProperties: false }
const Bytes = Type.String({ pattern: '^[A-Za-z0-9_-]+$', maxLength: 200 })
const Append = Type.Object(
  {
    entries: Type.Array(
      Type.Object(
        {
          salt: Bytes,
          entry: Type.String({ maxLength: 16_384 }),
          signature: Bytes,
          disclosures: Type.Array(
            Type.Object({ label: Type.String({ maxLength: 40 }), salt: Bytes, value: Type.Unknown() }, strict),
            { maxItems: 16 },
          ),
        },
        strict,
      ),
      { maxItems: 1000 },
    ),
    known: Type.Integer({ minimum: 0 }),
  },
  strict,
)

/** At most this many entries an answer, so that it stays below a frame. */
const mostRead = 500
const Read = Type.Object(
  {
    from: Type.Integer({ minimum: 0 }),
    below: Type.Union([Type.Integer({ minimum: 0 }), Type.Null()]),
  },
  strict,
)

/** `readIdentityKey` gives an enrolled data plane's public key, base64url. */
export function registerLedgerMethods(
  register: RegisterControlMethod,
  parts: { readonly database: Database; readonly platformKey: PlatformKey },
  ledger: DataPlaneLedger,
  readIdentityKey: (organisation: string, dataPlane: string) => Promise<string | undefined>,
): void {
  async function findWriter({ organisation, dataPlane }: DataPlanePeer): Promise<DataPlaneWriter> {
    const key = await readIdentityKey(organisation, dataPlane)
    if (key === undefined) throw failAudit('audit.entry_refused')
    return { organisation, dataPlane, publicKey: new Uint8Array(Buffer.from(key, 'base64url')) }
  }
  register('ledger.append', Append, async (peer, params) => ledger.append(await findWriter(peer), params))
  register('ledger.read', Read, async ({ organisation }, { from, below }) =>
    readForDataPlane(parts, organisation, { from, below, most: mostRead }),
  )
  register('ledger.head', Type.Object({}, strict), async (peer) => ledger.readHead(await findWriter(peer)))
}
