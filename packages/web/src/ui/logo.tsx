import classes from './logo.module.css'

/** The mark: a keyhole in a seal. Decorative where the name stands beside it. */
export function Mark({ size = 28 }: { readonly size?: number }) {
  return (
    <svg viewBox="0 0 32 32" width={size} height={size} className={classes.mark} aria-hidden="true">
      <rect width="32" height="32" rx="9" className={classes.seal} />
      <path
        className={classes.hole}
        fillRule="evenodd"
        d="M16 6.5a6.5 6.5 0 0 0-3.3 12.1L11 25.5h10l-1.7-6.9A6.5 6.5 0 0 0 16 6.5Zm0 3.6a2.9 2.9 0 0 1 1.5 5.4l1 6.4h-5l1-6.4A2.9 2.9 0 0 1 16 10.1Z"
      />
    </svg>
  )
}

/** Mark and name. */
export function Logo({ size = 28 }: { readonly size?: number }) {
  return (
    <span className={classes.logo}>
      <Mark size={size} />
      <span className={classes.name}>Keyhold</span>
    </span>
  )
}
