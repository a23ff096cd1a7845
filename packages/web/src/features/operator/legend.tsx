import classes from './legend.module.css'

const kinds = [
  { kind: 'clear', name: 'The operator reads this', about: 'names, counts, sizes, times' },
  { kind: 'sealed', name: 'The operator cannot read this', about: 'ciphertext; the keys are yours' },
  { kind: 'account', name: 'Encrypted at rest', about: 'accounts; the operator’s own key opens it' },
  { kind: 'digest', name: 'Fingerprint', about: 'a hash, which does not lead back' },
] as const

/** What each look stands for. */
export function Legend() {
  return (
    <dl className={classes.legend}>
      {kinds.map(({ kind, name, about }) => (
        <div key={kind} className={classes.item}>
          <span className={classes.swatch} data-kind={kind} aria-hidden="true">
            {kind === 'clear' ? 'Aa' : '3f'}
          </span>
          <dt>{name}</dt>
          <dd>{about}</dd>
        </div>
      ))}
    </dl>
  )
}
