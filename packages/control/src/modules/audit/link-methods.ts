/** Calls of data planes on the log. */
import { Type } from 'typebox'
import type { DataPlanePeer, RegisterControlMethod } from '../link/index.ts'
import type { DataPlaneLedger, DataPlaneWriter } from './append-data-plane.ts'
import { failAudit } from './errors.ts'

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

/** `readIdentityKey` gives an enrolled data plane's public key, base64url. */
export function registerLedgerMethods(
  register: RegisterControlMethod,
  ledger: DataPlaneLedger,
  readIdentityKey: (organisation: string, dataPlane: string) => Promise<string | undefined>,
): void {
  async function findWriter({ organisation, dataPlane }: DataPlanePeer): Promise<DataPlaneWriter> {
    const key = await readIdentityKey(organisation, dataPlane)
    if (key === undefined) throw failAudit('audit.entry_refused')
    return { organisation, dataPlane, publicKey: new Uint8Array(Buffer.from(key, 'base64url')) }
  }
  register('ledger.append', Append, async (peer, params) => ledger.append(await findWriter(peer), params))
  register('ledger.head', Type.Object({}, strict), async (peer) => ledger.readHead(await findWriter(peer)))
}
