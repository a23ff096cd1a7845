/** The proof that an entry is in the tree whose head the log signed, fetched and verified in this browser. */
import {
  entryLeafHash,
  openCheckpoint,
  parseVerifierKey,
  verifyDisclosures,
  verifyInclusion,
  parseEntry,
} from '@keyhold/ledger'
import type { Disclosure } from '@keyhold/ledger'
import { decodeBase64url } from '@keyhold/sealed'
import { useQuery } from '@tanstack/react-query'
import { api } from '../../api/client.ts'
import type { ListedEntry } from './log-book.ts'
import { useLogState } from './log-worker.ts'
import { walkProof, type ProofStep } from './proof-path.ts'

export type ProvenEntry = {
  readonly size: number
  readonly root: Uint8Array
  readonly leaf: Uint8Array
  readonly steps: readonly ProofStep[]
  readonly checkpoint: string
}

/** Rejects with LedgerError `ledger.inclusion_invalid` when the entry is not the one in the tree. */
export function useProof(listed: ListedEntry | undefined) {
  const verifierKey = useLogState().verified?.verifierKey
  return useQuery({
    queryKey: ['proof', listed?.index, verifierKey],
    queryFn: () => proveEntry(listed as ListedEntry, verifierKey as string),
    enabled: listed !== undefined && verifierKey !== undefined,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 60_000,
    retry: false,
    structuralSharing: false,
  })
}

async function proveEntry(listed: ListedEntry, verifierKey: string): Promise<ProvenEntry> {
  const { index, salt, entry: text, disclosures } = listed
  const { checkpoint, proof: encoded } = await api.call('readInclusion', { params: { index: String(index) } })
  const head = await openCheckpoint(checkpoint, { log: [parseVerifierKey(verifierKey)] })
  const proof = encoded.map(decode)
  const leaf = entryLeafHash(decode(salt), text)
  verifyInclusion(head, index, leaf, proof)
  verifyDisclosures(parseEntry(text), disclosures as readonly Disclosure[])
  return { size: head.size, root: head.root, leaf, steps: walkProof(head.size, index, leaf, proof), checkpoint }
}

const decode = (text: string): Uint8Array => decodeBase64url(text) ?? new Uint8Array()
