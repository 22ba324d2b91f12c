CREATE TABLE IF NOT EXISTS product (
  sku text PRIMARY KEY,
  stock integer NOT NULL CHECK (stock >= 0)
);
CREATE TABLE IF NOT EXISTS orders (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  customer text NOT NULL
);
CREATE TABLE IF NOT EXISTS order_line (
  order_id bigint NOT NULL REFERENCES orders,
  sku text NOT NULL REFERENCES product,
  quantity integer NOT NULL CHECK (quantity > 0),
  PRIMARY KEY (order_id, sku)
);
CREATE INDEX IF NOT EXISTS order_line_sku ON order_line (sku);
