-- Each organisation's own mode of custody, as its data plane says at every hello.

ALTER TABLE data_planes ADD COLUMN custody text CHECK (custody IN ('demo', 'hosted', 'yours'));
COMMENT ON COLUMN data_planes.custody IS 'Mode of custody that the data plane runs in; null until a version said so';
