import { ClientError } from './errors.ts'

/** The newest sealing-key set that was seen of a project. */
export type SeenSet = { readonly number: number; readonly digest: string }

/** Where a client keeps what it will not go back behind. Keys are `anchor/project`. */
export type PinStore = {
  readSet(key: string): Promise<SeenSet | undefined>
  writeSet(key: string, seen: SeenSet): Promise<void>
}

/** Remembers the highest set of a project. Throws `anchor.set_rolled_back` for a lower one, or another of that number. */
export async function advanceSet(pins: PinStore, anchor: string, project: string, seen: SeenSet): Promise<void> {
  const key = `${anchor}/${project}`
  const known = await pins.readSet(key)
  const behind = known !== undefined && seen.number < known.number
  const other = known !== undefined && seen.number === known.number && seen.digest !== known.digest
  if (behind || other) {
    throw new ClientError(
      'anchor.set_rolled_back',
      `the server gave sealing keys number ${seen.number} after number ${known.number} had been seen`,
      'do not go on: ask the operator why older keys are being served.',
    )
  }
  if (known?.number !== seen.number) await pins.writeSet(key, seen)
}
