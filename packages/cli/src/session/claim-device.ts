/**
 * The device key of a set-up under way. The data plane pins it before we hear of it, and accepts the claim again only
 * from the same key: so the key is on disk before it is sent, and a broken set-up goes on with it.
 */
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { decodeBase64url, drawSigningSeed, encodeBase64url } from '@keyhold/sealed'
import { readPrivateJson, writePrivateFile } from './private-file.ts'

const fileName = 'set-up-device.json'

/** The seed kept for this organisation, or a new one, kept before it is returned. */
export function keepClaimSeed(home: string, organisation: string): Uint8Array {
  const path = join(home, fileName)
  const kept = readPrivateJson(path) as { organisation?: string; seed?: string } | undefined
  const known = kept?.organisation === organisation ? decodeBase64url(kept.seed ?? '') : undefined
  if (known?.length === 32) return known
  const seed = drawSigningSeed()
  writePrivateFile(path, JSON.stringify({ organisation, seed: encodeBase64url(seed) }))
  return seed
}

/** To be called once the credentials, which hold the seed, are stored. */
export function dropClaimSeed(home: string): void {
  rmSync(join(home, fileName), { force: true })
}
