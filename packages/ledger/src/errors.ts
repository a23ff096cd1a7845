/** Every code that this package can give, to switch over. */
export type LedgerErrorCode =
  | 'ledger.bundle_malformed'
  | 'ledger.bundle_truncated'
  | 'ledger.canonical_malformed'
  | 'ledger.chain_broken'
  | 'ledger.chain_gap'
  | 'ledger.chain_omission'
  | 'ledger.checkpoint_malformed'
  | 'ledger.consistency_invalid'
  | 'ledger.disclosure_invalid'
  | 'ledger.entry_altered'
  | 'ledger.entry_malformed'
  | 'ledger.entry_missing'
  | 'ledger.inclusion_invalid'
  | 'ledger.key_malformed'
  | 'ledger.key_unknown'
  | 'ledger.key_untrusted'
  | 'ledger.note_malformed'
  | 'ledger.note_signature_invalid'
  | 'ledger.note_unsigned'
  | 'ledger.origin_mismatch'
  | 'ledger.range_invalid'
  | 'ledger.rolled_back'
  | 'ledger.root_mismatch'
  | 'ledger.signature_invalid'
  | 'ledger.signature_missing'
  | 'ledger.tile_altered'
  | 'ledger.tile_malformed'

/** The one error class of this package. `index` names the entry at fault (0-based), where one is; no message has a value of an entry. */
export class LedgerError extends Error {
  override readonly name = 'LedgerError'
  readonly code: LedgerErrorCode
  readonly index: number | null
  readonly remedy: string | null

  constructor(
    code: LedgerErrorCode,
    message: string,
    options: { index?: number; remedy?: string; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? {} : { cause: options.cause })
    this.code = code
    this.index = options.index ?? null
    this.remedy = options.remedy ?? null
  }
}
