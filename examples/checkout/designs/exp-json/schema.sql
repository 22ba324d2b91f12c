CREATE TABLE IF NOT EXISTS shop (
  id integer PRIMARY KEY,
  document jsonb NOT NULL
);
INSERT INTO shop VALUES (1, '{"products": {}, "orders": []}') ON CONFLICT DO NOTHING;
