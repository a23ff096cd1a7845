/** What a fault of the log is, in words, and what to do. */
import type { LedgerErrorCode } from '@keyhold/ledger'
import type { LogFault } from './log-state.ts'

type Words = { readonly title: string; readonly what: string; readonly remedy: string }
type Describe = (fault: LogFault) => Omit<Words, 'remedy'> & { readonly remedy?: string }

const keep =
  'Do not trust what the log says from here on. Keep the last log that you exported, export this one too, and ask the operator to explain the difference.'

const which = ({ index }: LogFault): string => (index === null ? 'The log' : `Entry ${index}`)

const rewritten: Describe = ({ message }) => ({
  title: 'The log was rewritten',
  what: `${message}. This browser remembers the head that it verified, and what the server shows does not lead to it.`,
})

const unsigned: Describe = () => ({
  title: 'The log’s head is not signed by its key',
  what: 'The checkpoint that the server shows was not signed by the key that this browser pinned.',
  remedy: 'Ask the operator why the log’s key was replaced; until then nothing that the log says is proven.',
})

const missing: Describe = ({ index, message }) => ({
  title: index === null ? 'Entries are missing' : `Something is missing before entry ${index}`,
  what: `${message}.`,
})

const forged: Describe = (fault) => ({
  title: `${which(fault)} is not the data plane’s`,
  what: 'It says that your data plane wrote it, but your data plane’s key has not signed this text: it was altered or made up.',
})

const known: Partial<Record<LedgerErrorCode, Describe>> = {
  'ledger.entry_altered': (fault) => ({
    title: `${which(fault)} was altered`,
    what: 'Its text is not the one that was logged: the fingerprint of what the server shows now differs from the one in the signed tree.',
  }),
  'ledger.tile_altered': ({ index }) => ({
    title: `The stored fingerprint of entry ${index ?? ''} was altered`,
    what: 'The entries give the root that was signed, but a stored hash does not.',
  }),
  'ledger.rolled_back': rewritten,
  'ledger.consistency_invalid': rewritten,
  'ledger.note_unsigned': unsigned,
  'ledger.note_signature_invalid': unsigned,
  'ledger.origin_mismatch': unsigned,
  'ledger.chain_gap': missing,
  'ledger.chain_broken': missing,
  'ledger.chain_omission': missing,
  'ledger.entry_missing': missing,
  'ledger.signature_invalid': forged,
  'ledger.signature_missing': forged,
  'ledger.key_unknown': forged,
}

/** Title, what differs, and what to do, for any fault. */
export function describeFault(fault: LogFault): Words {
  const words = known[fault.code]?.(fault) ?? {
    title: `${which(fault)} is not as it was signed`,
    what: `${fault.message}.`,
  }
  return { remedy: keep, ...words }
}
