/** Sealed objects as they lie in the store, for restoring. Nothing of the control plane opens them. */
import type { Readable } from 'node:stream'
import type { CallOutput } from '@keyhold/contract'
import { actFor } from '../../platform/database/act-for.ts'
import type { Transaction } from '../../platform/database/transaction.ts'
import { failOperator } from './errors.ts'
import { describeAct } from './organisations.ts'
import type { OperatorPrincipal, OperatorSetting } from './setting.ts'

type Listed = CallOutput<'listCiphertext'>['objects']

/** A thousand objects after an id, in the installation's transaction; none of an organisation that is not there. */
export async function listCiphertext(
  tx: Transaction,
  { organisation, after }: { readonly organisation: string; readonly after: string | undefined },
): Promise<Listed> {
  return tx.sql<Listed[number]>(
    'SELECT id, length AS bytes, digest, state, created FROM list_operated_objects($1, $2)',
    [organisation, after ?? null],
  )
}

type Wanted = { readonly organisation: string; readonly object: string }

/** Enters it in the organisation's own log, in the operator's transaction. @throws `ciphertext.unknown` */
export async function claimCiphertext(
  { audit }: OperatorSetting,
  tx: Transaction,
  operator: OperatorPrincipal,
  { organisation, object }: Wanted,
): Promise<() => Promise<void>> {
  return actFor(tx, organisation, async () => {
    const rows = await tx.sql('SELECT id FROM objects WHERE id = $1', [object])
    if (rows.length === 0) throw failOperator('ciphertext.unknown')
    return audit.stage(tx, describeAct(operator, organisation, 'ciphertext.read', { kind: 'object', id: object }))
  })
}

/** @throws `object.unknown` when the store has lost it */
export async function readCiphertext({ store }: OperatorSetting, object: string): Promise<Readable> {
  await store.stat(object)
  return store.read(object)
}
