/** What kind of act an operation is, as OCSF counts API activities. */

/** 1 create, 2 read, 3 update, 4 delete, 99 other. */
export type ActivityId = 1 | 2 | 3 | 4 | 99

const verbs: readonly (readonly [ActivityId, RegExp])[] = [
  [1, /^(create|enrol|setup|put|open|give|save|invite|add)$/],
  [2, /^(read|list|content|offset|checkpoint|proof|consistency|export|operator_view|run|profile|decrypt)$/],
  [3, /^(change|append|close|ensure|commit|fail|rename)$/],
  [4, /^(revoke|end|abandon|cancel|delete|remove|erase|erase_self|expire)$/],
]

/** Reads the activity from an operation's verb: the last part of `thing.verb`. */
export function readActivityId(action: string): ActivityId {
  const verb = action.slice(action.lastIndexOf('.') + 1)
  return verbs.find(([, form]) => form.test(verb))?.[0] ?? 99
}
