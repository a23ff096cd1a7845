/** What a token may reach, while it is being chosen. */
import type { NewToken, Token } from '@keyhold/client'

export type Access = 'none' | 'read' | 'write' | 'both'
/** Access by bucket, in the order of the form. */
export type Choices = readonly { readonly bucket: string; readonly access: Access }[]

const bucketForm = /^[a-z][a-z0-9_]{0,62}$/

/** The scopes of what was chosen; writing alone does not read. */
export function readScopes(choices: Choices): NewToken['scopes'] {
  return choices.flatMap(({ bucket, access }) => {
    if (access === 'none') return []
    if (access !== 'both') return [{ bucket, access }]
    return [
      { bucket, access: 'read' as const },
      { bucket, access: 'write' as const },
    ]
  })
}

/** Changes the access of a bucket, or adds it. */
export function chooseAccess(choices: Choices, bucket: string, access: Access): Choices {
  if (!choices.some((choice) => choice.bucket === bucket)) return [...choices, { bucket, access }]
  return choices.map((choice) => (choice.bucket === bucket ? { bucket, access } : choice))
}

/** Why a text cannot be the name of a bucket, or null. */
export function refuseBucket(name: string): string | null {
  if (bucketForm.test(name)) return null
  return 'A small letter first, then small letters, digits and _'
}

/** `read air, read and write lake`. */
function describeScopes(scopes: NewToken['scopes']): string {
  const words = Map.groupBy(scopes, ({ bucket }) => bucket)
  return [...words]
    .map(
      ([bucket, list]) =>
        `${list
          .map(({ access }) => access)
          .sort()
          .join(' and ')} ${bucket}`,
    )
    .join(', ')
}

const actionWords = { query: 'questions', upload: 'loads', documents: 'documents' } as const

/** Scopes, and what the token is limited to besides: `read air, for questions only`. */
export function describeTerms({ scopes, actions }: Pick<Token, 'scopes' | 'actions'>): string {
  const limits = actions === null ? '' : `, for ${actions.map((action) => actionWords[action]).join(' and ')} only`
  return describeScopes(scopes) + limits
}
