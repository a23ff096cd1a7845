/** The notice about personal data, word for word as docs/personal-data.md has it; a test holds them together. */
export const noticeTitle = 'What is kept about you'

export const noticeParagraphs: readonly string[] = [
  'Your name and e-mail address, so that you can sign in and colleagues know who you are. They are encrypted, and gone when your account is.',
  'Where you signed in from, and when: to recognise a session that is not yours. Sessions end after 7 days at most.',
  "What you did here, in your organisation's log: which act, when, and from which network address. The log only grows, but your address in it is encrypted beside it and is erased after the period that your organisation sets, 400 days unless it says otherwise, or when you are erased.",
  "What you load, ask and save is your organisation's data. Whoever runs this server holds no key to it.",
  "You can take all of it away, or have it erased, at any time: Settings, “Your data”. Erasing you leaves the log's entries, which then name nobody.",
  'Your agreement to this text is recorded with its version and the time. If the text changes, you are asked again.',
]
