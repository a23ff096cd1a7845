-- A password that is long enough beside a second factor only must not be left alone.

-- What is there already counts as short until it is shown at a sign-in, or set anew: how long it is nobody knows.
ALTER TABLE people ADD COLUMN password_short boolean NOT NULL DEFAULT true;
ALTER TABLE people ALTER COLUMN password_short SET DEFAULT false;
COMMENT ON COLUMN people.password_short IS 'Whether the password is too short to be the only factor; no more of its length is kept';
